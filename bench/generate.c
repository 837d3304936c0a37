/*
 * bench/generate.c -- writes a whole partnership folder with a ledger of any size.
 *
 *     generate DIR LINES PARTNERS SEED [--shuffled-ids]
 *
 * The same arguments give the same bytes on every machine. It stands alone: it knows the file
 * formats from the manual, shares no code with the program it measures, and uses whole numbers
 * only. DIR must not exist.
 *
 * What was measured, and copied
 *   Two published English ledgers were measured: Newcastle (402,047 payments, 2017 to 2022, 1,530
 *   cost centres) and Sheffield (a sample of 2,000 lines, 115 object codes).
 *   - Cost centres (Newcastle): the busiest takes 10.1 per cent of the lines, the first 2 take
 *     14.0, 5 take 22.5, 10 take 31.1, 20 take 42.6, 50 take 61.0, 100 take 72.4, 200 take 83.0,
 *     500 take 94.5, 1,000 take 99.4. `cost_centre_use` below.
 *   - Accounts (Sheffield): first 1, 2, 5, 10, 20, 50 take 24.4, 37.1, 56.4, 68.0, 79.2, 93.2
 *     per cent; scaled to 40 accounts in `account_use`.
 *   - Accounts within a cost centre (Sheffield, centres with 8 lines or more): the first takes
 *     77.3 per cent of its lines, the next ones 13.1, 5.4, 1.8, 0.9, 0.8, 0.2, 0.2; the 2,000
 *     lines hold 570 pairs of centre and account, where 1,120 would stand if the two were
 *     independent. `own_account_below`; a centre's own accounts are drawn by `account_use`.
 *     (These are payments to suppliers; payroll would spread a centre over more accounts.)
 *   - Amounts (Newcastle): half are below 868.33, nine in ten below 10,683.52, 99 in 100 below
 *     95,798.97, one is 14.8 million. 2.5 per cent are negative; half of those are smaller than
 *     448.88. 29 per cent are whole pounds and another 17 per cent end in 0. Councils publish
 *     only payments over 250 or 500 pounds, so the lower half of the positive amounts follows
 *     the negative ones, which have no such floor.
 *   - Months (Newcastle): each month's lines per year, in `period_use`. Weekends: 0.3 per cent.
 *
 * What is chosen, and why
 *   - The last two working days of a month take four times as many lines as another day. Published
 *     payments show no such peak, because payroll and accruals are not published.
 *   - 3 per cent of the lines are in period 13, 2 per cent name their period, and 1 per cent more
 *     are dated in the month before and posted late.
 *   - 8 per cent of the descriptions are quoted and hold a comma (the published names, cleaned by
 *     their publishers, hold almost none), some with doubled quotes; 1 in 200 is not ASCII.
 *   - Entry ids rise within a partner, with gaps of 1 to 3. --shuffled-ids gives the same ids in
 *     no order.
 *   - Published extracts come in runs of one cost centre (42 per cent of the lines repeat the one
 *     before). That is not copied: the next cost centre is drawn afresh, which is harder.
 *   - A description holds no line end, so that tools which know no CSV count the same lines.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
    COST_CENTRES = 1500,    /* a partner */
    ACCOUNTS     = 40,      /* a partner */
    GROUPS       = 12,
    COMMON_POOLS = 34,
    SUPPORT_POOLS = 6,
    MEASURES     = 8,       /* bases of kind measure */
    PERIODS      = 13,
    DESCRIPTIONS = 4096,
    PARTNERS_MAX = 64,
    DRAW         = 65536,   /* slots of a table that turns a random number into a rank */
    AMOUNT_STEPS = 1000,
    LINE_MAX_BYTES = 256,
};

static const char *const group_name[GROUPS] = {
    "employees", "premises", "transport", "supplies", "third-party", "transfers",
    "support-costs", "capital-charges", "fees", "grants", "rents", "other-income",
};

static const char *const service_name[][2] = {
    { "education", "Education" }, { "social", "Social Services" }, { "roads", "Roads" },
    { "housing", "Housing" }, { "corporate", "Corporate Services" },
};
enum { SERVICES = sizeof service_name / sizeof service_name[0] };

static const char *const support_name[SUPPORT_POOLS] = {
    "Human resources", "ICT", "Finance", "Legal", "Property", "Procurement",
};

static const char *const measure_name[MEASURES][2] = {
    { "Population", "persons" }, { "Pupil roll", "pupils" }, { "Home-care hours", "hours" },
    { "Staff", "full-time equivalent x 100" }, { "Road length", "km" },
    { "Dwellings", "dwellings" }, { "Floor area", "square metres" }, { "Invoices", "invoices" },
};

/* Lines of each month in a year, by thousands, April first; then period 13. */
static const unsigned period_use[PERIODS] = {
    152, 142, 148, 148, 155, 134, 150, 144, 146, 140, 143, 162, 55,
};
static const unsigned days_in_month[12] = { 30, 31, 30, 31, 31, 30, 31, 30, 31, 31, 28, 31 };

/* {ranks, thousandths of the lines that these first ranks take together} */
struct use { unsigned ranks, per_mille; };
static const struct use cost_centre_use[] = {
    { 1, 101 }, { 2, 140 }, { 5, 225 }, { 10, 311 }, { 20, 426 }, { 50, 610 }, { 100, 724 },
    { 200, 830 }, { 500, 945 }, { 1000, 994 }, { COST_CENTRES, 1000 },
};
static const struct use account_use[] = {
    { 1, 271 }, { 2, 412 }, { 5, 627 }, { 10, 756 }, { 20, 880 }, { ACCOUNTS, 1000 },
};

/* Of 65,536 lines of a cost centre, so many are on its first account, its first two ... */
enum { OWN_ACCOUNTS = 9 };
static const uint64_t own_account_below[OWN_ACCOUNTS] = {
    50659, 59244, 62783, 63963, 64553, 65077, 65208, 65339, 65536
};

/* {thousandths of the lines, the pence below which they lie} */
struct below { unsigned per_mille; uint64_t pence; };
static const struct below positive_below[] = {
    { 0, 1 }, { 10, 617 }, { 50, 3828 }, { 100, 7424 }, { 200, 18468 }, { 300, 24592 },
    { 400, 44888 }, { 500, 86833 }, { 600, 139500 }, { 700, 226672 }, { 750, 301432 },
    { 800, 447917 }, { 850, 682550 }, { 900, 1068352 }, { 950, 2400000 }, { 975, 4494238 },
    { 990, 9579897 }, { 995, 17225427 }, { 999, 81101800 }, { 1000, 156774400 },
};
static const struct below negative_below[] = {
    { 0, 2 }, { 10, 617 }, { 50, 3828 }, { 100, 7424 }, { 200, 18468 }, { 300, 24592 },
    { 400, 38948 }, { 500, 44888 }, { 600, 59540 }, { 700, 74008 }, { 750, 92934 },
    { 800, 120560 }, { 850, 160000 }, { 900, 232892 }, { 950, 441935 }, { 975, 811895 },
    { 990, 1193130 }, { 999, 3223823 }, { 1000, 11751465 },
};

/* Everything drawn once, used for every line. */
struct tables {
    uint16_t cost_centre_rank[DRAW];
    uint16_t account_rank[DRAW];
    uint64_t positive[AMOUNT_STEPS + 1];
    uint64_t negative[AMOUNT_STEPS + 1];
    struct { uint8_t length; char text[63]; } description[DESCRIPTIONS];
};

struct partner {
    char     code[4];
    unsigned weight;                            /* of its lines */
    uint16_t cost_centre[COST_CENTRES];         /* rank -> code number, in no order */
    uint8_t  own_account[COST_CENTRES][OWN_ACCOUNTS];   /* rank -> its accounts, all different */
    uint64_t id_first;
    uint64_t lines, written;
};

static struct tables table;
static struct partner partner[PARTNERS_MAX];
static unsigned partners;
static uint64_t seed;
static const char *folder;

/* -- failing, random numbers ----------------------------------------------------------------- */

static void stop(const char *what)
{
    fprintf(stderr, "generate: %s: %s\n", what, strerror(errno));
    exit(3);
}

/* splitmix64 (Steele, Lea, Flood 2014): every seed gives a good stream. */
static uint64_t mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

static uint64_t draw(uint64_t *state)
{
    return mix(*state += UINT64_C(0x9e3779b97f4a7c15));
}

static unsigned draw_below(uint64_t *state, unsigned limit)
{
    return (unsigned)((draw(state) >> 32) * limit >> 32);
}

/* A stream of its own for each thing, so that changing one thing leaves the others alone. */
static uint64_t stream(uint64_t a, uint64_t b)
{
    return mix(seed ^ mix(a * 1000003 + b + 1));
}

/* -- tables ---------------------------------------------------------------------------------- */

static void fill_ranks(uint16_t *slot, const struct use *use, size_t bands)
{
    unsigned rank = 0, from = 0;
    for (size_t i = 0; i < bands; i++) {
        unsigned width = use[i].ranks - rank;
        unsigned to = use[i].per_mille * DRAW / 1000;
        for (unsigned s = from; s < to; s++)
            slot[s] = (uint16_t)(rank + (uint64_t)(s - from) * width / (to - from));
        rank = use[i].ranks;
        from = to;
    }
}

static void fill_amounts(uint64_t *step, const struct below *below)
{
    for (unsigned s = 0, i = 0; s <= AMOUNT_STEPS; s++) {
        while (below[i + 1].per_mille < s)
            i++;
        uint64_t width = below[i + 1].per_mille - below[i].per_mille;
        step[s] = below[i].pence
                + (below[i + 1].pence - below[i].pence) * (s - below[i].per_mille) / width;
    }
}

static void fill_descriptions(void)
{
    static const char *const what[] = {
        "Salary", "Overtime", "Agency", "Supply cover", "Travel", "Mileage", "Electricity",
        "Gas", "Water", "Cleaning", "Repairs", "Rent", "Books", "Equipment", "Catering",
        "Respite care", "Home care", "Day care", "Fostering", "Transport", "Fuel", "Licence",
        "Software", "Telephones", "Postage", "Printing", "Training", "Insurance", "Legal fees",
        "Audit", "Survey", "Road salt", "Lighting", "Plant hire", "Grant", "Fees", "Letting",
        "Refund", "Recharge", "Accrual",
    };
    static const char *const more[] = {
        "", "", "April", "week 12", "Q1", "Alloa", "INV", "REF", "team", "north", "PO",
        "adjustment", "part 2", "schools", "day centre", "2014",
    };
    static const char *const foreign[] = {
        "Ch\xc3\xa2teau exchange", "Caf\xc3\xa9 supplies", "G\xc3\xa0idhlig medium",
        "Heating \xe2\x80\x93 oil", "Grant over \xc2\xa3" "500", "Cr\xc3\xa8" "che fees",
    };
    uint64_t random = stream(1, 0);
    for (unsigned i = 0; i < DESCRIPTIONS; i++) {
        const char *a = what[draw_below(&random, sizeof what / sizeof what[0])];
        const char *b = more[draw_below(&random, sizeof more / sizeof more[0])];
        unsigned number = draw_below(&random, 90000) + 10000, kind = i % 200;
        char text[64];
        int n;
        if (kind == 7)
            n = snprintf(text, sizeof text, "%s", foreign[draw_below(&random, 6)]);
        else if (kind % 25 == 3)
            n = snprintf(text, sizeof text, "\"%s, %s\"", a, *b ? b : "other");
        else if (kind % 100 == 11)
            n = snprintf(text, sizeof text, "\"%s \"\"urgent\"\", part\"", a);
        else if (kind % 100 == 17 || kind % 50 == 29)
            n = snprintf(text, sizeof text, "\"%s, %u\"", a, number);
        else if (kind % 200 == 31)
            n = 0;
        else if (!strcmp(b, "INV") || !strcmp(b, "REF") || !strcmp(b, "PO"))
            n = snprintf(text, sizeof text, "%s %s%u", a, b, number);
        else
            n = snprintf(text, sizeof text, *b ? "%s %s" : "%s", a, b);
        table.description[i].length = (uint8_t)n;
        memcpy(table.description[i].text, text, (size_t)n);
    }
}

/* The accounts that one cost centre uses, drawn as all are, each once. */
static void choose_accounts(uint8_t own[OWN_ACCOUNTS], uint64_t *random)
{
    bool taken[ACCOUNTS] = { false };

    for (unsigned i = 0; i < OWN_ACCOUNTS; i++) {
        do
            own[i] = (uint8_t)table.account_rank[draw(random) & 0xffff];
        while (taken[own[i]]);
        taken[own[i]] = true;
    }
}

static void make_partners(uint64_t lines)
{
    uint64_t total = 0, sum = 0, given = 0;
    for (unsigned i = 0; i < partners; i++)
        total += partner[i].weight = 6000 / (i + 2);
    for (unsigned i = 0; i < partners; i++) {
        struct partner *p = &partner[i];
        uint64_t random = stream(2, i);
        snprintf(p->code, sizeof p->code, "C%02u", (i + 1) % 100);
        sum += p->weight;
        p->lines = (uint64_t)((__uint128_t)lines * sum / total) - given;
        given += p->lines;
        p->id_first = 1000000 + 137 * i;
        for (unsigned r = 0; r < COST_CENTRES; r++)
            p->cost_centre[r] = (uint16_t)r;
        for (unsigned r = COST_CENTRES - 1; r > 0; r--) {
            unsigned other = draw_below(&random, r + 1);
            uint16_t keep = p->cost_centre[r];
            p->cost_centre[r] = p->cost_centre[other];
            p->cost_centre[other] = keep;
        }
        for (unsigned r = 0; r < COST_CENTRES; r++)
            choose_accounts(p->own_account[r], &random);
    }
}

/* -- codes ----------------------------------------------------------------------------------- */

/* Five characters, such as E1042; the same code means other things to other partners. */
static void cost_centre_code(unsigned number, char out[6])
{
    static const char letter[] = "EESSSRHHCC";
    unsigned digits = 1000 + (number * 7 + number / 10) % 9000;
    out[0] = letter[number % 10];
    for (int i = 4; i > 0; i--, digits /= 10)
        out[i] = (char)('0' + digits % 10);
    out[5] = 0;
}

static void account_code(unsigned who, unsigned account, char out[6])
{
    unsigned digits = 10000 + account * 1700 + who % 17 * 10 + (who / 17) % 2 * 5;
    for (int i = 4; i >= 0; i--, digits /= 10)
        out[i] = (char)('0' + digits % 10);
    out[5] = 0;
}

/* -- the model ------------------------------------------------------------------------------- */

static FILE *create(const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wbx");
    if (!file)
        stop(path);
    return file;
}

static void close_file(FILE *file)
{
    if (ferror(file) | fclose(file))
        stop("writing");
}

static void write_partners(void)
{
    FILE *f = create("partnership.csv");
    fprintf(f, "key,value\nname,A bench of %u councils\nyear,2014-15\nrounding,year-to-date\n"
               "remainder,largest\nsettlement,net\nsupport_method,reciprocal\n", partners);
    close_file(f);
    f = create("partners.csv");
    fputs("partner,name\n", f);
    for (unsigned i = 0; i < partners; i++)
        fprintf(f, "%s,Council %u\n", partner[i].code, i + 1);
    close_file(f);
    f = create("services.csv");
    fputs("service,name,lead\n", f);
    for (unsigned i = 0; i < SERVICES; i++)
        fprintf(f, "%s,%s,%s\n", service_name[i][0], service_name[i][1],
                partner[(i + 1) % partners].code);
    close_file(f);
}

/* Pools on every kind of basis; three of them change theirs in October. */
static const char *pool_basis(unsigned pool, bool second_half)
{
    static const char *const basis[] = {
        "B01", "B02", "B03", "B04", "F01", "B05", "B06", "X01", "B07", "T01", "B08", "E01",
        "B01", "B02", "X02", "F02", "B05",
    };
    if (second_half && pool % 11 == 4)
        return "X02";
    return basis[pool % (sizeof basis / sizeof basis[0])];
}

static void write_pools(void)
{
    FILE *f = create("pools.csv");
    fputs("pool,name,service,kind,from,to,basis\n", f);
    for (unsigned p = 0; p < COMMON_POOLS; p++) {
        const char *const *s = service_name[p % SERVICES];
        const char *kind = p % 2 ? "common" : "";
        bool changes = p % 11 == 4;
        fprintf(f, "P%02u,\"%s, pool %u\",%s,%s,,%s,%s\n", p + 1, s[1], p + 1, s[0], kind,
                changes ? "2014-15/P06" : "", pool_basis(p, false));
        if (changes)
            fprintf(f, "P%02u,\"%s, pool %u\",%s,%s,2014-15/P07,,%s\n", p + 1, s[1], p + 1, s[0],
                    kind, pool_basis(p, true));
    }
    for (unsigned p = 0; p < SUPPORT_POOLS; p++)
        fprintf(f, "U%02u,%s,%s,support,,,\n", p + 1, support_name[p],
                service_name[(p + 4) % SERVICES][0]);
    close_file(f);
}

static void write_bases(void)
{
    FILE *f = create("bases.csv");
    fputs("basis,name,kind,places,tolerance,estimate,actual,unit,source\n", f);
    for (unsigned b = 0; b < MEASURES; b++)
        fprintf(f, "B%02u,%s,measure,%s,,,,%s,Generated\n", b + 1, measure_name[b][0],
                b == 4 ? "2" : "", measure_name[b][1]);
    fputs("F01,Agreed split,fixed,,,,,per cent,Generated\n"
          "F02,Second agreed split,fixed,,,,,per cent,Generated\n"
          "E01,Equal shares,equal,,,,,,\n"
          "X01,Half population and half roll,blend,,,,,,\n"
          "X02,Old basis and new,blend,1,,,,,\n"
          "T01,Agreed split unless invoices differ,tolerance,,3,F01,B08,,\n", f);
    close_file(f);
    f = create("blends.csv");
    fputs("basis,component,weight\nX01,B01,50\nX01,B02,50\n"
          "X02,B04,62.5\nX02,B01,25\nX02,E01,12.5\n", f);
    close_file(f);
}

/* Fixed shares in thousandths of a per cent; the first partner takes what the division leaves. */
static void write_fixed(FILE *f, const char *basis, unsigned tilt)
{
    unsigned total = 0, given = 0, part[PARTNERS_MAX];
    for (unsigned i = 0; i < partners; i++)
        total += partner[i].weight + tilt;
    for (unsigned i = partners; i-- > 0; given += part[i])
        part[i] = i ? (unsigned)((uint64_t)100000 * (partner[i].weight + tilt) / total)
                    : 100000 - given;
    for (unsigned i = 0; i < partners; i++)
        fprintf(f, "%s,,%s,%u.%03u\n", basis, partner[i].code, part[i] / 1000, part[i] % 1000);
}

static void write_basis_values(void)
{
    FILE *f = create("basis_values.csv");
    fputs("basis,from,partner,value\n", f);
    for (unsigned b = 0; b < MEASURES; b++) {
        uint64_t random = stream(3, b);
        unsigned scale = 1 + draw_below(&random, 40);
        for (unsigned i = 0; i < partners; i++) {
            unsigned value = partner[i].weight * scale * (600 + draw_below(&random, 800)) / 1000;
            fprintf(f, "B%02u,,%s,%u\n", b + 1, partner[i].code, value);
            if (b % 4 == 1)
                fprintf(f, "B%02u,2014-15/P06,%s,%u\n", b + 1, partner[i].code,
                        value + draw_below(&random, 200));
            if (b == 4)
                fprintf(f, "B%02u,2013-14/P01,%s,%u.%02u\n", b + 1, partner[i].code,
                        value + 10, draw_below(&random, 100));
        }
    }
    write_fixed(f, "F01", 0);
    write_fixed(f, "F02", 900);
    close_file(f);
}

/* A support pool serves eight common pools and the next two support pools. */
static void write_support(void)
{
    FILE *f = create("support.csv");
    fputs("pool,from,receiver,value\n", f);
    for (unsigned s = 0; s < SUPPORT_POOLS; s++) {
        uint64_t random = stream(4, s);
        for (unsigned k = 0; k < 8; k++)
            fprintf(f, "U%02u,,P%02u,%u\n", s + 1, (s * 5 + k * 4) % COMMON_POOLS + 1,
                    10 + draw_below(&random, 90));
        for (unsigned k = 1; k <= 2; k++)
            fprintf(f, "U%02u,,U%02u,%u\n", s + 1, (s + k) % SUPPORT_POOLS + 1,
                    5 + draw_below(&random, 20));
        fprintf(f, "U%02u,2014-15/P07,P%02u,%u\n", s + 1, (s * 5) % COMMON_POOLS + 1,
                10 + draw_below(&random, 90));
    }
    close_file(f);
}

static void write_accounts(void)
{
    FILE *f = create("accounts.csv");
    fputs("partner,account,group\n", f);
    for (unsigned i = 0; i < partners; i++)
        for (unsigned a = 0; a < ACCOUNTS; a++) {
            char code[6];
            account_code(i, a, code);
            fprintf(f, "%s,%s,%s\n", partner[i].code, code, group_name[(a * 5 + i) % GROUPS]);
        }
    close_file(f);
}

/* "treatment,pool,bearer": of 100 cost centres 62 common, 14 support, 10 direct, 3 initiative,
 * 11 excluded. The three busiest are common. */
static void write_treatment(FILE *f, unsigned rank, uint64_t *random)
{
    unsigned kind = rank < 3 ? 0 : draw_below(random, 100);
    unsigned a = draw_below(random, COMMON_POOLS), b = draw_below(random, COMMON_POOLS);
    unsigned pool = a < b ? a : b, bearer = draw_below(random, partners);
    if (kind < 62)
        fprintf(f, "common,P%02u,\n", pool + 1);
    else if (kind < 76)
        fprintf(f, "support,U%02u,\n", pool % SUPPORT_POOLS + 1);
    else if (kind < 86)
        fprintf(f, "direct,P%02u,%s\n", pool + 1, partner[bearer].code);
    else if (kind < 89)
        fprintf(f, "initiative,P%02u,%s\n", pool + 1, partner[bearer].code);
    else
        fputs("excluded,,\n", f);
}

/* 3 in 100 cost centres have a row for one account; 4 in 100 change pool in October. */
static void write_cost_centres(void)
{
    FILE *f = create("cost_centres.csv");
    fputs("partner,cost_centre,account,from,to,treatment,pool,bearer\n", f);
    for (unsigned i = 0; i < partners; i++) {
        static uint16_t rank_of[COST_CENTRES];
        uint64_t random = stream(5, i);
        for (unsigned r = 0; r < COST_CENTRES; r++)
            rank_of[partner[i].cost_centre[r]] = (uint16_t)r;
        for (unsigned c = 0; c < COST_CENTRES; c++) {
            char code[6], account[6];
            unsigned chance = draw_below(&random, 100), rank = rank_of[c];
            bool changes = chance >= 3 && chance < 7;
            cost_centre_code(c, code);
            fprintf(f, "%s,%s,,,%s,", partner[i].code, code, changes ? "2014-15/P06" : "");
            write_treatment(f, rank, &random);
            if (changes) {
                fprintf(f, "%s,%s,,2014-15/P07,,", partner[i].code, code);
                write_treatment(f, rank, &random);
            }
            if (chance < 3) {
                account_code(i, draw_below(&random, 6), account);
                fprintf(f, "%s,%s,%s,,,", partner[i].code, code, account);
                write_treatment(f, COST_CENTRES, &random);
            }
        }
    }
    close_file(f);
}

/* -- the ledger ------------------------------------------------------------------------------ */

static char *put(char *at, const char *text, size_t length)
{
    memcpy(at, text, length);
    return at + length;
}

static char *put_number(char *at, uint64_t number)
{
    char digits[20];
    unsigned n = 0;
    do
        digits[n++] = (char)('0' + number % 10);
    while (number /= 10);
    while (n)
        *at++ = digits[--n];
    return at;
}

static char *put_date(char *at, unsigned month, unsigned day)
{
    unsigned calendar = (month + 3) % 12 + 1;
    at = put(at, month < 9 ? "2014-" : "2015-", 5);
    *at++ = (char)('0' + calendar / 10);
    *at++ = (char)('0' + calendar % 10);
    *at++ = '-';
    *at++ = (char)('0' + day / 10);
    *at++ = (char)('0' + day % 10);
    return at;
}

static char *put_period(char *at, unsigned period)
{
    at = put(at, "2014-15/P", 9);
    *at++ = (char)('0' + (period + 1) / 10);
    *at++ = (char)('0' + (period + 1) % 10);
    return at;
}

/* `random` gives the step, the place in it, the sign, and how round the sum is. */
static char *put_amount(char *at, uint64_t random)
{
    unsigned step = (unsigned)((random & 0xffff) * AMOUNT_STEPS >> 16);
    unsigned place = random >> 16 & 0xffff;
    unsigned sign = random >> 32 & 0x3ff, round = random >> 42 & 0x3ff;
    const uint64_t *of = sign < 26 ? table.negative : table.positive;
    uint64_t pence = of[step] + ((of[step + 1] - of[step]) * place >> 16);
    unsigned short_form = random >> 52 & 31;
    if (step == AMOUNT_STEPS - 1 && place < 3000)
        pence = pence * 9;
    if (round < 297)
        pence -= pence % 100;
    else if (round < 471)
        pence -= pence % 10;
    if (sign < 26)
        *at++ = '-';
    at = put_number(at, pence / 100);
    if (!short_form && pence % 100 == 0)
        return at;
    *at++ = '.';
    *at++ = (char)('0' + pence / 10 % 10);
    if (short_form || pence % 10)
        *at++ = (char)('0' + pence % 10);
    return at;
}

/* A permutation of 0..count-1: four rounds of a Feistel network, walked until it falls inside. */
static uint64_t shuffled(uint64_t index, uint64_t count, uint64_t key)
{
    unsigned half = 1;
    while (UINT64_C(1) << 2 * half < count)
        half++;
    uint64_t mask = (UINT64_C(1) << half) - 1;
    do {
        uint64_t left = index >> half, right = index & mask;
        for (unsigned round = 0; round < 4; round++) {
            uint64_t next = left ^ (mix(key + round * 1000003 + right) & mask);
            left = right;
            right = next;
        }
        index = left << half | right;
    } while (index >= count);
    return index;
}

/* How many of the month's lines fall on each day. 1 April 2014 was a Tuesday. */
static void day_weights(unsigned month, unsigned weight[32])
{
    unsigned first = 1, last_working = 0;       /* weekday of the 1st, Monday is 0 */
    for (unsigned m = 0; m < month; m++)
        first += days_in_month[m];
    for (unsigned d = 1; d <= days_in_month[month]; d++)
        weight[d] = (first + d - 1) % 7 < 5 ? 1000 : 8;
    for (unsigned d = days_in_month[month]; d > 0 && last_working < 2; d--)
        if (weight[d] == 1000) {
            weight[d] = 4000;
            last_working++;
        }
}

/* One of the cost centre's own accounts, the usual ones far more often. */
static unsigned account_of(const struct partner *p, unsigned rank, uint64_t drawn)
{
    unsigned own = 0;

    while (drawn >= own_account_below[own])
        own++;
    return p->own_account[rank][own];
}

struct posting { unsigned who, period, month, day; uint64_t id; };

/* At most LINE_MAX_BYTES. */
static char *put_line(char *at, const struct posting *line, uint64_t *random)
{
    const struct partner *p = &partner[line->who];
    uint64_t a = draw(random), b = draw(random);
    unsigned odd = (unsigned)(b >> 54);         /* of 1024: 10 late, 20 name their period */
    bool late = odd < 10 && line->month > 0 && line->period < 12;
    unsigned month = line->month - late;
    unsigned day = late && line->day > days_in_month[month] ? days_in_month[month] : line->day;
    unsigned rank = table.cost_centre_rank[a >> 48];
    unsigned d = (unsigned)(b & 0xfff), e = (unsigned)(b >> 12 & 0xfff);
    at = put_number(at, line->id);
    *at++ = ',';
    at = put(at, p->code, 3);
    *at++ = ',';
    at = put_date(at, month, day);
    *at++ = ',';
    if (late || odd < 30 || line->period == 12)
        at = put_period(at, line->period);
    *at++ = ',';
    cost_centre_code(p->cost_centre[rank], at);
    at[5] = ',';
    account_code(line->who, account_of(p, rank, a >> 32 & 0xffff), at + 6);
    at[11] = ',';
    at = put_amount(at + 12, mix(a ^ b));
    *at++ = ',';
    d = d < e ? d : e;                          /* some descriptions are more common than others */
    at = put(at, table.description[d].text, table.description[d].length);
    *at++ = '\n';
    return at;
}

/* The lines of one partner in one period, day by day. */
static void write_ledger(unsigned who, unsigned period, uint64_t lines, bool shuffle)
{
    static const char header[] =
        "entry_id,partner,date,period,cost_centre,account,amount,description\n";
    static char block[1 << 20];
    char name[64], *at = block;
    struct partner *p = &partner[who];
    struct posting line = { .who = who, .period = period, .month = period < 12 ? period : 11 };
    unsigned weight[32], total = 0, sum = 0;
    uint64_t random = stream(100 + who, period), done = 0;

    snprintf(name, sizeof name, "ledger/%.3s-P%02u.csv", p->code, period + 1);
    FILE *f = create(name);
    at = put(at, header, sizeof header - 1);
    day_weights(line.month, weight);
    for (unsigned d = 1; d <= days_in_month[line.month]; d++)
        total += weight[d];
    for (line.day = 1; line.day <= days_in_month[line.month]; line.day++) {
        sum += weight[line.day];
        for (uint64_t until = lines * sum / total; done < until; done++, p->written++) {
            uint64_t n = shuffle ? shuffled(p->written, p->lines, stream(6, who)) : p->written;
            line.id = p->id_first + 2 * n + (mix(n) & 1);
            at = put_line(at, &line, &random);
            if (at > block + sizeof block - LINE_MAX_BYTES) {
                fwrite(block, 1, (size_t)(at - block), f);
                at = block;
            }
        }
    }
    fwrite(block, 1, (size_t)(at - block), f);
    close_file(f);
}

static void write_ledgers(bool shuffle)
{
    for (unsigned i = 0; i < partners; i++) {
        uint64_t total = 0, sum = 0, given = 0;
        for (unsigned t = 0; t < PERIODS; t++)
            total += period_use[t];
        for (unsigned t = 0; t < PERIODS; t++) {
            sum += period_use[t];
            uint64_t until = partner[i].lines * sum / total;
            write_ledger(i, t, until - given, shuffle);
            given = until;
        }
    }
}

int main(int argc, char **argv)
{
    bool shuffle = argc == 6 && !strcmp(argv[5], "--shuffled-ids");
    uint64_t lines = argc > 4 ? strtoull(argv[2], NULL, 10) : 0;
    char path[4096];

    partners = argc > 4 ? (unsigned)strtoul(argv[3], NULL, 10) : 0;
    if (argc < 5 || argc > 6 || (argc == 6 && !shuffle) || partners < 2 ||
        partners > PARTNERS_MAX || lines > UINT64_C(1000000000)) {
        fputs("usage: generate DIR LINES PARTNERS SEED [--shuffled-ids]\n"
              "       at most 1000000000 lines; 2 to 64 partners\n", stderr);
        return 2;
    }
    folder = argv[1];
    seed = strtoull(argv[4], NULL, 10);
    snprintf(path, sizeof path, "%s/ledger", folder);
    if (mkdir(folder, 0777) || mkdir(path, 0777))
        stop(folder);

    fill_ranks(table.cost_centre_rank, cost_centre_use,
               sizeof cost_centre_use / sizeof cost_centre_use[0]);
    fill_ranks(table.account_rank, account_use, sizeof account_use / sizeof account_use[0]);
    fill_amounts(table.positive, positive_below);
    fill_amounts(table.negative, negative_below);
    fill_descriptions();
    make_partners(lines);

    write_partners();
    write_pools();
    write_bases();
    write_basis_values();
    write_support();
    write_accounts();
    write_cost_centres();
    write_ledgers(shuffle);
    return 0;
}
