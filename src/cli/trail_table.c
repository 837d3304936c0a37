#include "cli/trail_table.h"

static const struct option trail_verify_options[] = {
    { .name = "key", .letter = 'k', .value = "PUB", .kind = VALUE_FILE, .repeatable = true,
      .help = "A public key; each must have signed a checkpoint of the file." },
    { .name = "since", .value = "CHECKPOINT", .kind = VALUE_FILE,
      .help = "An earlier checkpoint that you kept: the trail must still hold the same entries up "
              "to there." },
    { .name = "json", .help = "Print one JSON object instead of text." },
    { 0 },
};

static const struct option checkpoint_sign_options[] = {
    { .name = "key", .letter = 'k', .value = "KEY", .kind = VALUE_FILE, .required = true,
      .help = "The secret key." },
    { .name = "partner", .value = "CODE",
      .help = "The council that signs; its code stands in the signature's name. Without it, the "
              "key file's name up to its first dot, in capitals: clk.key signs for CLK." },
    { .name = "trail", .value = "FILE", .kind = VALUE_FILE,
      .help = "Sign only if this exported trail verifies and holds the checkpoint." },
    { .name = "since", .value = "CHECKPOINT", .kind = VALUE_FILE,
      .help = "And if it still keeps this one, which you signed earlier. Needs --trail." },
    { .name = "password-file", .value = "FILE", .kind = VALUE_FILE,
      .help = "Take the password from the first line of this file instead of asking." },
    { .name = "force", .help = "Replace a signature that is there." },
    { 0 },
};

static const struct action actions[] = {
    {
        .verb = "trail verify", .run = trail_verify_run,
        .summary = "Check an exported trail against the councils' keys",
        .description =
            "Reads an exported trail, the log of everything that was done in the store, and checks "
            "that no entry was changed, taken out, doubled or moved, that its checkpoints are "
            "those of its entries, and that each key signed. Prints how far each council has "
            "signed, or the first bad entry and where it stands.\n\n"
            "Nothing is trusted but this program and the public keys that are named: neither the "
            "server nor its store is needed.",
        .argument = { { .name = "FILE", .kind = VALUE_FILE, .help = "The exported trail." } },
        .options = trail_verify_options,
        .example = {
            { "ochil trail verify trail.jsonl --key clk.key.pub --key sti.key.pub",
              "Is it whole, and have both councils signed it?" },
            { "ochil trail verify trail.jsonl --key clk.key.pub --since 2026-03.checkpoint",
              "And is it still the trail of which we signed that checkpoint?" },
        },
        .exits = { ERR_IO, ERR_CHECK },
        .see_also = "verify keygen",
    },
    {
        .verb = "checkpoint sign", .run = checkpoint_sign_run,
        .summary = "Sign a checkpoint of the trail for a council",
        .description =
            "Writes the council's signature beside the checkpoint, as CHECKPOINT.CODE.minisig. "
            "From then on nobody can rewrite the entries up to there without this key, not even "
            "who runs the server. Do it on a machine of the council's own, and keep both files "
            "there.\n\n"
            "With --trail the checkpoint is signed only if the exported trail verifies and holds "
            "it; with --since only if that trail also keeps an earlier checkpoint.",
        .argument = { { .name = "CHECKPOINT", .kind = VALUE_FILE,
                        .help = "The checkpoint, as the server gave it." } },
        .options = checkpoint_sign_options,
        .example = {
            { "ochil checkpoint sign 2026-04.checkpoint --key clk.key --trail trail.jsonl "
              "--since 2026-03.checkpoint",
              "Check the trail first, then write 2026-04.checkpoint.CLK.minisig." },
            { "minisign -V -p clk.key.pub -m 2026-04.checkpoint "
              "-x 2026-04.checkpoint.CLK.minisig", "Check it without Ochil." },
        },
        .exits = { ERR_IO, ERR_CHECK, ERR_RIGHTS },
        .see_also = "keygen sign",
    },
    { 0 },
};

const struct feature trail_feature = { "trail", "The trail of what was done", actions };
