#!/usr/bin/env python3
"""planted_test.py -- tests that cannot fail prove nothing: each of these faults must be caught.

    planted_test.py [--ochil PATH] [--only WORDS]

One fault at a time is planted into a copy of one source, which alone is compiled again and linked
into the one test that should catch it, beside everything else as it was built. A fault that is
not caught is `not ok`; so is one whose place in the source is no longer found, and a test that
fails without any fault. The built programs and the sources themselves are not touched.
"""
import argparse
import concurrent.futures
import os
import shlex
import subprocess
import sys
import tempfile

import tap

ROOT = os.path.dirname(tap.HERE)
SECONDS_MOST = 120
AT_ONCE = 2

# What catches: a test program with its seed and a number of cases, or a test in Python.
MONEY = ('money_test', '2014', '20000')
APPORTION = ('apportion_test', '2014', '20000')
CSV = ('csv_test', '2014', '5000')
FRACTION = ('fraction_test',)
SPLIT = ('ledger_split_test', '2014', '200')
LEDGER = ('ledger_test', '2014', '200')
QUICK = ('ledger_quick_test', '2014', '300')
PERIOD = ('period_test',)
RECORD = ('record_test',)
FAULT = ('fault_test',)
SHARE = ('share_test', '2014', '50')
SETTLE = ('settle_test', '2014', '50')
INDEX = ('index_test', '2014', '2000')
AMOUNTS = ('amount_rules_test', '2014', '5000')
CODES = ('code_rules_test',)
DATES = ('date_rules_test', '2014', '5000')
DELIMITED = ('delimited_test', '2014', '2000')
ROWS = ('row_judge_test', '2014', '2000')
PROOF = ('proof_test', '2014', '300')
IDS = ('ids_seen_test',)
ERRORS = ('error_file_test', '2014', '300')
CONVERT = ('convert_rows_test.py',)
RELAY = ('relay_test', '2014', '200')
THREADS = ('threads_test.py',)
TEXT_ROWS = ('text_rows_io_test',)
XML = ('xml_scan_test',)
XLSX_ROWS = ('xlsx_rows_test',)
CLOSE_FAULT = ('close_fault_test',)
DIFFERENTIAL = ('differential_test.py', '--count', '12')
MERKLE = ('trail_merkle_test',)
CHECKPOINT = ('trail_checkpoint_test',)
TRAIL = ('trail_verify_test',)
FRAMES = ('evidence_frames_test', '2014', '200')
READ = ('evidence_read_test',)
KEYS = ('evidence_keys_test',)
INDEXED = ('evidence_index_test',)
SCAN = ('evidence_scan_test', '2014', '200')
EVIDENCE = ('evidence_store_test',)
COUNCIL_EXPORT = ('council_export_test',)
TWO_KEYS = ('two_key_rules_test', '2014', '300')
TWO_KEY_STORE = ('two_key_store_test',)
EVIDENCE_FAULT = ('evidence_fault_test', '7')
LAWS = ('laws_test.py', '--count', '3')
DAY = ('db_day_test',)
SQL = ('sql_text_test',)
STORE = ('db_test',)
IDENTITY = ('identity_test',)
OIDC = ('oidc_test',)
POLICY = ('policy_test.py', '--walk')
TEXT = ('text_test',)
API = ('api_test.py', '--walk')
RISK = ('governance_risk_test',)
RISKS = ('risk_test.py', '--file')
OWN = ('web_test.py', '--file')
CHECKS = ('finance_check_test',)
SIGN = ('sign_test.py', '--file')
MONTH = ('money_test.py', '--file')
PAPERS = ('papers_test.py', '--file')
REPORT = ('document_test',)
BASIS = ('basis_test.py', '--file')
RUN = ('finance_run_model_test',)
PAYS = ('pays_test.py', '--file')
YEAR = ('year_test.py', '--file')
CALLS = ('import_calls_test.py', '--only', 'calls')
DROPS = ('import_calls_test.py', '--only', 'drops')
MONEY_PARTS = ('finance_parts_test',)
DROP_WORDS = ('drop_words_test',)
INITIATIVE = ('finance_run_model_test',)
IMPORTS = ('risk_test.py', '--file', '--imports')
BOOK = ('workbook_io_test',)
SENT = ('sent_files_test',)
DECIDE = ('decide_test.py', '--file')
HEADS = ('http_head_test',)
HTML = ('html_test',)
LIMIT = ('api_limit_test',)
HTTP = ('http_io_test',)
PARTS = ('page_parts_test',)
SCHEMA = ('server_schema_test',)
BACKUP = ('backup_test',)
BACKUP_DRILL = ('backup_drill_test',)
BACKUP_FAULT = ('backup_fault_test', '11', '1')
BELL = ('bell_io_test',)
JOB_RULES = ('job_rules_test',)
JOB = ('job_test', '2014', '4')
RUNNER = ('job_runner_test',)
TRAIL_LOG = ('trail_log_test',)
TRAIL_EXPORT = ('trail_export_test', '2014', '150')
TRAIL_GUARD = ('trail_guard_io_test',)
TRAIL_AUDIT = ('trail_audit_test', '9')      # every ninth byte
STORE_FAULT = ('store_fault_test', '5')      # every fifth point
STORE_FAULT_ALL = ('store_fault_test', '1')

# (what is wrong, who catches it, the file, what stands there, what is planted). A fault in a
# header names the source that is compiled with it behind a colon.
PLANTS = [
    ('a tie goes to the party listed last', APPORTION, 'money/apportion_rules.c',
     'mpz_cmp(remainder[i], remainder[best]) > 0', 'mpz_cmp(remainder[i], remainder[best]) >= 0'),
    ('a credit is floored, not mirrored', APPORTION, 'money/apportion_rules.c',
     'const wide sign = total < 0 ? -1 : 1;', 'const wide sign = 1;'),
    ('the floor of an amount below zero is cut towards zero', APPORTION, 'money/apportion_rules.c',
     'mpz_fdiv_qr(work->quotient, work->remainder[i]',
     'mpz_tdiv_qr(work->quotient, work->remainder[i]'),
    ('the lead that takes the rest is the first', APPORTION, 'money/apportion_rules.c',
     'remainder == REMAINDER_LEAD ? lead : 0', '0'),
    ('three decimals are an amount', MONEY, 'money/money.c', 'decimals > 2 ||', 'decimals > 3 ||'),
    ('a record that goes on ends with its block', CSV, 'formats/csv.c',
     'return cursor->final ? STEP_RECORD : STEP_INCOMPLETE;', 'return STEP_RECORD;'),
    ('a quote within plain text opens a field', SPLIT, 'engine/ledger_split.c',
     "if (*special > 0 && data[*special - 1] != ',' && data[*special - 1] != '\\n')\n"
     '            return SPLIT_END;', ''),
    ('a record ends within quotes', SPLIT, 'engine/ledger_split.c', ' || last < behind', ''),
    ('lines in quotes do not count', CSV, 'formats/csv.c',
     'count_lines(cursor->record, open, quote);', ''),
    ('a ready field has its quotes but once', CSV, 'formats/csv.c',
     "if (text.data[i] == '\"')\n            *to++ = '\"';", ''),
    ('a large fraction is in lowest terms by the first of its row', FRACTION, 'engine/fraction.c',
     'mpz_mul(lowest->common, lowest->common, numerator[i]);',
     'mpz_set(lowest->common, numerator[0]);'),
    ('codes of another length are equal', INDEX, 'base/index.h:base/index.c',
     'if (a.size != b.size)\n        return false;', ''),
    ('a byte of 128 is ASCII', SPLIT, 'engine/ledger_split.c', 'c > 127', 'c > 128'),
    ('the last bytes of a block are read past it', SPLIT, 'engine/ledger_split.c',
     'at, (UINT64_C(1) << (bytes.size - at)) - 1, find', 'at, UINT64_MAX, find'),
    ('what a block leaves begins a byte too late', LEDGER, 'engine/ledger_blocks.c',
     'memcpy(blocks->carry, left.data + whole, blocks->carried);',
     'memcpy(blocks->carry, left.data + whole + 1, blocks->carried);'),
    ('a record that is too long takes the next one with it', LEDGER, 'engine/ledger_blocks.c',
     'block->fault_lines = record->lines;',
     'block->fault_lines = record->lines;\n    left->size = 0;'),
    ('a record that is too long is judged anew in each block', LEDGER, 'engine/ledger_blocks.c',
     'if (!ends && !block->final)\n        return;', ''),
    ('a record may be as long as all that was read', LEDGER, 'engine/ledger_blocks.c',
     'return left.size < BLOCK_BYTES ||', 'return true ||'),
    ('the rest of a file without its header is read', LEDGER, 'engine/ledger_blocks.c',
     'blocks->within = IN_REFUSED;', ''),
    ('the hash does not see what ends a file', LEDGER, 'engine/ledger_blocks.c',
     'if (blocks->request->hashes)\n        queue',
     'if (blocks->request->hashes && block->fresh.size == BLOCK_BYTES)\n        queue'),
    ('lines of the blocks before do not count', LEDGER, 'engine/ledger_order.c',
     'reading->line += result->lines;', 'reading->line = result->lines;'),
    ('an id twice at the edge of two blocks passes', LEDGER, 'engine/ledger_ids.c',
     'id_before(&runs->run[runs->count - 1].last, &run->first)',
     '!id_before(&run->first, &runs->run[runs->count - 1].last)'),
    ('the short way takes an id twice', LEDGER, 'engine/ledger_quick.c',
     'lines->id[i] <= last', 'lines->id[i] < last'),
    ('a middle of another partner is like one of this', QUICK, 'engine/ledger_quick.c',
     'middle->partner == before->partner ?', 'true ?'),
    ('a comma far behind is not seen', QUICK, 'engine/ledger_quick.c',
     'lines->commas[i] = UINT64_MAX;', ';'),
    ('a line may have an eighth comma', QUICK, 'engine/ledger_quick.c',
     ' | (lanes)(last != left)', ''),
    ('a place takes more lines than its sum holds', QUICK, 'engine/ledger_quick.c',
     ' || place->lines == QUICK_LINES_MAX)', ')'),
    ('a place brings its sum into another period', QUICK, 'engine/ledger_quick.c',
     'count_lines(sums, place);\n    place->period', 'place->period'),
    ('what is known of one period holds in all', QUICK, 'engine/ledger_quick.c',
     'if (place->only >= 0 && (uint64_t)place->only != period)\n        return false;', ''),
    ('a comma in an id is none', QUICK, 'engine/ledger_quick.c',
     'eight->strange |= ~(((comma & LOWER_BITS) + LOWER_BITS) | comma | LOWER_BITS);', ''),
    ('a line of nothing but commas is a line', LEDGER, 'engine/ledger_worker.c',
     '||\n        stop - start < LEDGER_FIELDS', ''),
    ('quotes that end before the line do not matter', LEDGER, 'engine/ledger_worker.c',
     'return *special == stop - 1 && stop - open > 2 &&', 'return stop - open > 2 &&'),
    ('a minus is a digit', QUICK, 'engine/ledger_quick.c', '((size - 1 + minus) & ~UINT64_C(7)) |',
     ''),
    ('a sum past 64 bits forgets what it held', LEDGER, 'engine/sums.c',
     'add_surplus(sums, (struct surplus){ slot, group, period, cells->pence[period] });', ''),
    ('every fourth year is a leap year', PERIOD, 'engine/period.c',
     '(year % 4 == 0 && year % 100 != 0) || year % 400 == 0', 'year % 4 == 0'),
    ('January belongs to the year that follows', PERIOD, 'engine/period.c',
     'period_of_year(year - 1, month + 8)', 'period_of_year(year, month + 8)'),
    ('a lone CR is told before bad text', RECORD, 'engine/record.c',
     'if (!text_is_utf8(raw))',
     'if ((record->faults & CSV_BAD_LINE_END) == 0 && !text_is_utf8(raw))'),
    ('one fault too many before the cut', FAULT, 'engine/fault.c',
     'i < FAULTS_SHOWN; i++', 'i <= FAULTS_SHOWN; i++'),
    ('the tolerance itself is too much', SHARE, 'engine/share.c',
     'mpq_cmp(largest_points, basis->tolerance) > 0',
     'mpq_cmp(largest_points, basis->tolerance) >= 0'),
    ('no places of a per cent are no rounding', SHARE, 'engine/share.c',
     'if (basis->places >= 0)', 'if (basis->places > 0)'),
    ('step-down goes through pools.csv from its end', SHARE, 'engine/share.c',
     'driver->receiver < driver->pool', 'driver->receiver > driver->pool'),
    ('a period is billed what is due to date', SETTLE, 'engine/settle.c',
     'due[p] - work->due_before[p]', 'due[p]'),
    ('a correction is counted where it was carried, too', SETTLE, 'engine/settle.c',
     'row->carried_in, row->partner), -1, row->borne',
     'row->carried_in, row->partner), 0, row->borne'),
    ('clearing has the sign of what it clears', DIFFERENTIAL, 'engine/output.c',
     'put_debit_or_credit(writer, -sum);', 'put_debit_or_credit(writer, sum);'),
    ('the certificate has the hash of another file', LAWS, 'engine/certificate.c',
     'put_sum(json, &output[i].sum);', 'put_sum(json, &output[0].sum);'),
    ('the journals stand where the bill does', LAWS, 'engine/close.c',
     'journals->output = writing->output + 3;', 'journals->output = writing->output + 2;'),
    ('a journal that could not be written is no matter', CLOSE_FAULT, 'engine/close.c',
     'return fail(trouble, writing->err, "%s", writing->trouble.text);', 'return OK;'),
    ('a trailing minus is a plus', AMOUNTS, 'extract/amount_rules.c',
     "return take_sign(peeled, back == '-');", "return take_sign(peeled, back == '+');"),
    ('half even rounds as half up', AMOUNTS, 'extract/amount_rules.c',
     '(rest * 2 == unit && low % 2 == 1)', 'rest * 2 == unit'),
    ('brackets are only brackets', AMOUNTS, 'extract/amount_rules.c',
     'return take_sign(peeled, true);', 'return take_sign(peeled, false);'),
    ('thousands part any number of digits', AMOUNTS, 'extract/amount_rules.c',
     'if (take_digits(cursor, number, false) != 3)',
     'if (take_digits(cursor, number, false) == 0)'),
    ('a code in E-notation is a code', CODES, 'extract/code_rules.c',
     'return looks_scientific(*code) ? REASON_CODE_LOST : REASON_NONE;', 'return REASON_NONE;'),
    ('day and month are swapped where the date is written in full', DATES,
     'extract/date_rules.c', '(int32_t)month, (int32_t)date };', '(int32_t)date, (int32_t)month };'),
    ('bytes that are no UTF-8 pass', DELIMITED, 'extract/delimited.c',
     'row->fault = odd ? ROW_ENCODING\n               : too_long', 'row->fault = too_long'),
    ('rows with shifted columns are taken', ROWS, 'extract/row_judge.c',
     'if (!cell_is_blank(row->cell[i].text))\n            return REASON_COLUMNS;', ';'),
    ('the credit is added to the debit', ROWS, 'extract/row_judge.c',
     'out->pence = debit.pence - credit.pence;', 'out->pence = debit.pence + credit.pence;'),
    ('a row that comes back has the id of the error file', ROWS, 'extract/row_judge.c',
     'if (!rules->sent_back)\n        number', 'if (rules->sent_back)\n        number'),
    ('the year of a date is not looked at', ROWS, 'extract/row_judge.c',
     'return rules->profile->year == 0', 'return rules->profile->year != 1'),
    ('the amount of a row left out is not in the total', PROOF, 'extract/proof.c',
     'proof_left_out(proof, &all);', ''),
    ('rounding makes a control total agree', PROOF, 'extract/proof.c',
     'decimal_sum_difference(difference, &proof->rounding, &unrounded);',
     'decimal_sum_add_sum(&unrounded, &proof->rounding);'),
    ('an id of another partner is seen before', IDS, 'extract/ids_seen.c',
     'id.size, key);', 'id.size, no_key);'),
    ('a bad byte stands in the error file as it is', ERRORS, 'extract/error_file.c',
     'text_is_utf8(text) ? text : mend(text, file->mended)', 'text'),
    ('the total of a file is added to its rows', CONVERT, 'extract/convert_batch.c',
     'if (verdict->left_out == LEFT_TOTAL)\n        note_total(batch);\n    else if '
     '(verdict->left_out >=',
     'if (verdict->left_out == LEFT_TOTAL)\n        note_total(batch);\n    if '
     '(verdict->left_out >= LEFT_TOTAL || verdict->left_out >='),
    ('batches are settled as they come', RELAY, 'extract/relay.c',
     '&& relay->piece[relay->settled % relay->places].ready;', ';'),
    ('two threads bring at once', RELAY, 'extract/relay.c',
     'relay->bringing = true;', 'relay->bringing = false;'),
    ('what stands behind a failure is settled', RELAY, 'extract/relay.c',
     'return relay->err != OK || (relay', 'return (relay'),
    ('a batch that was judged again is counted with what it was before', THREADS,
     'extract/convert_batch.c', 'proof_clear(&batch->proof);', 'batch->proof.rows = 0;'),
    ('the row for which a batch had no room is lost', THREADS, 'extract/row_batch.c',
     'if (!supply->waiting)\n', ''),
    ('an id that comes again in a later batch is taken', THREADS, 'extract/convert_batch.c',
     'any = any || batch->repeated[i];', 'any = false;'),
    ('rows of a block have the number of its first', TEXT_ROWS, 'extract/text_rows_io.c',
     'block->line += extent.lines;', ';'),
    ('a tag that comes again has the attributes of another', XML, 'sheets/xml_scan.c',
     '|| memcmp(tag->bytes + sizeof tag->mask, scan->at + sizeof tag->mask,\n'
     '                         tag->size - sizeof tag->mask) == 0);', '|| true);'),
    ('a cell read in one go stands wherever it says', XLSX_ROWS, 'sheets/xlsx_rows.c',
     'return cell->row == sheet->rows.number && cell->column > sheet->column',
     'return cell->row == sheet->rows.number'),
    ('a cell read in one go has no style', XLSX_ROWS, 'sheets/xlsx_rows.c',
     'sheet->style = cell.style;', 'sheet->style = 0;'),
    ('cells behind an empty row are its own', XLSX_ROWS, 'sheets/xml_io.c',
     '            && !scan->closing)', '            )'),
    ('a control total may be a penny off', PROOF, 'extract/proof.c',
     'return decimal_sum_is_zero(difference) ? AGREE',
     'return difference->pence * difference->pence <= 1 ? AGREE'),
    ('a proof that the tree goes on is not followed to its end', MERKLE, 'trail/trail_merkle.c',
     'return last == 0 && sha256_equal(&first, root_before) &&',
     'return sha256_equal(&first, root_before) &&'),
    ('an entry may stand a second time', TRAIL, 'trail/trail_verify.c',
     'if (sequence < expected)', 'if (sequence + 1 < expected)'),
    ('what is opened is not compared with what was sealed', TRAIL, 'trail/trail_verify.c',
     'if (!sha256_equal(&seal, &verifying->value[record.field].seal))', 'if (false)'),
    ('a checkpoint of other entries passes', CHECKPOINT, 'trail/trail_checkpoint.c',
     'sha256_equal(&checkpoint->last, &at->last) &&', 'true &&'),
    ('a key that signed nothing is not missed', TRAIL, 'trail/trail_verify.c',
     "if (verifying->report->signer[i].by[0] == '\\0')", 'if (false)'),
    ('an older state of the store passes', TRAIL, 'trail/trail_verify.c',
     'if (request->since != NULL && !verifying->since_met)', 'if (false)'),
    ('a frame takes a byte more than it may', FRAMES, 'store/evidence_frames.c',
     'csv_whole_records((struct text){ writer->plain, writer->window })',
     'csv_whole_records((struct text){ writer->plain, writer->used })'),
    ('a record that is too long is cut without a word', FRAMES, 'store/evidence_frames.c',
     'writer->head.cut_line = writer->first_line;', ''),
    ('the seal does not cover which frame it is', READ, 'store/evidence_seal.c',
     'little_endian_put(number, place->number, sizeof number);', 'memset(number, 0, 8);'),
    ('the seal does not cover the file', READ, 'store/evidence_seal.c',
     'covered_add(covered, place->id->bytes, EVIDENCE_ID_BYTES);', ''),
    ('the seal does not cover the clear bytes', READ, 'store/evidence_seal.c',
     'covered_add(covered, place->clear.data, place->clear.size);', ''),
    ('a missing chunk is the end', READ, 'store/evidence_read.c',
     'enum err err = ended ? test_sum(reader, trouble) : next_frame(reader, trouble);\n',
     'enum err err = ended ? test_sum(reader, trouble) : next_frame(reader, trouble);\n'
     '        if (reader->left.size == 0) return OK;\n'),
    ('the sum of the whole is not tested', READ, 'store/evidence_read.c',
     'if (reader->sum_is == OK && !sha256_equal(&sum, &reader->head.sum))', 'if (false)'),
    ('offsets need not follow each other', READ, 'store/evidence_read.c',
     'frame.offset != reader->offset || ', ''),
    ("another council opens a file's key", KEYS, 'store/evidence_keys.c',
     'memcpy(at, owner->council.data, owner->council.size);',
     'memset(at, 0, owner->council.size);'),
    ('an erased key is only marked', KEYS, 'store/evidence_keys.c',
     'sodium_memzero(wrapped, sizeof *wrapped);', 'wrapped->bytes[0] = 0;'),
    ('some keys are lost when there are many', SCAN, 'store/evidence_indexer.c',
     'for (size_t i = 0; i < count; i++)', 'for (size_t i = count / 4; i < count; i++)'),
    ('a partner alone is no key', SCAN, 'store/evidence_indexer.c',
     'for (unsigned selection = 0; selection < all; selection++)',
     'for (unsigned selection = 1; selection < all; selection++)'),
    ('a line without a period is not indexed', SCAN, 'store/evidence_indexer.c',
     'while (indexer->keys <= FILTER_KEYS_MOST && evidence_lines_next(&lines, &line))\n',
     'while (indexer->keys <= FILTER_KEYS_MOST && evidence_lines_next(&lines, &line))\n'
     '        if (line.period != EVIDENCE_NO_PERIOD)\n'),
    ('a filter that lies behind the index', INDEXED, 'store/evidence_index.c',
     'frame->filter.size > filters->size || ', ''),
    ('the date beats the period', SCAN, 'store/evidence_line.c', 'if (named.size > 0)',
     'if (named.size > 0 && date.size == 0)'),
    ('a CR in a record is passed over', SCAN, 'store/evidence_line.c',
     ' || lone_cr_before(lines, end)', ''),
    ('the header is a line', SCAN, 'store/evidence_line.c',
     'good = good && lines->line != lines->header_line;', ''),
    ('records skipped are not counted as lines', SCAN, 'store/evidence_line.c',
     'step(lines, whole.size, evidence_line_ends(whole));', 'step(lines, whole.size, 0);'),
    ('a code with a quote is looked for as it is', SCAN, 'store/evidence_scan.c',
     "memchr(code[i].data, '\"', code[i].size) == NULL", 'true'),
    ('rights are not asked', SCAN, 'store/evidence_scan.c',
     'may = may || text_equal(rights->partner[i], partner);', 'may = true;'),
    ('the raw bytes show the description', SCAN, 'store/evidence_scan.c',
     'line->raw = (struct text){ "", 0 };', ''),
    ('the same bytes are another file', EVIDENCE, 'store/evidence_intake.c',
     'err = statement_step(ask, &linking->already, trouble);',
     'err = statement_step(ask, &linking->already, trouble);\n    linking->already = false;'),
    ('what was announced is not compared with what came', EVIDENCE, 'store/evidence_intake.c',
     '!sha256_equal(arrival->sum, &intake->ending.head.sum)', 'false'),
    ('an intake that lives does not show it', EVIDENCE, 'store/evidence_intake.c',
     'intake->arrival.clock().ms - intake->lived.ms >= EVIDENCE_LIVE_MS', 'false'),
    ('what did not become a file stays', EVIDENCE, 'store/evidence_intake.c',
     'if (intake->tried)\n        err = evidence_remove', 'if (false)\n        err = evidence_remove'),
    ('chunks that were not written count as written', EVIDENCE_FAULT, 'store/evidence_intake.c',
     'if (err != OK)\n        return fail(trouble, err, "the file was not',
     'if (err == ERR_BUG)\n        return fail(trouble, err, "the file was not'),
    ('personal data is read without a word', EVIDENCE, 'store/evidence_open.c',
     'if (!opened->row.personal)', 'if (opened->row.personal)'),
    ('who may see lines reads the whole', EVIDENCE, 'store/evidence_open.c',
     'if (!opened->warrant.whole)', 'if (false)'),
    ('the partner does not learn who read its file', EVIDENCE, 'store/evidence_open.c',
     '.shared = warrant->acting != opened->owner->id', '.shared = false'),
    ('chunks behind a gap move up', EVIDENCE, 'store/evidence_shelf.c',
     '(uint64_t)column_int(chunks, 0) != shelf->first + shelf->count ||', ''),
    ('a chunk too many is not seen', EVIDENCE, 'store/evidence_audit.c',
     'totals->frames != head->frames || totals->frame_bytes != head->packed', 'false'),
    ('an erased file may keep its key', EVIDENCE, 'store/evidence_audit.c',
     'return key_is_erased(auditing->row.wrapped)', 'return true'),
    ("the partner's files are in the export", COUNCIL_EXPORT, 'store/export.c',
     'case TAKES_OWN: return "council = ?2";', 'case TAKES_OWN: return "council <> -?2";'),
    ('an export holds the one before', COUNCIL_EXPORT, 'store/council_export.c',
     'bind_text(ask, 3, text_of(COUNCIL_EXPORT_MEDIA));', 'bind_text(ask, 3, text_of("-"));'),
    ('a formula stays one', COUNCIL_EXPORT, 'store/export.c',
     'csv_shown(&export->csv, bytes);', 'csv_text(&export->csv, bytes);'),
    ('an export is never taken away', COUNCIL_EXPORT, 'store/council_export.c',
     'now.ms - COUNCIL_EXPORT_DAYS * DAY_MS', 'now.ms - 2 * COUNCIL_EXPORT_DAYS * DAY_MS'),
    ('memory that ran out is an export', COUNCIL_EXPORT, 'store/council_export.c',
     'err = fail(trouble, ERR_IO, "out of memory");\n    } else {',
     '(void)fail(trouble, ERR_IO, "out of memory");\n    } else {'),
    ('keys of evidence are in the export', COUNCIL_EXPORT, 'store/export.c',
     '{ "evidence", "wrapped_key" }', '{ "evidence", "wrapped" }'),
    ('an entry of another size passes', COUNCIL_EXPORT, 'store/zip_flow.c',
     'if (err == OK && flow->entry->size != flow->said)', 'if (false)'),
    ('a name climbs out of the zip', COUNCIL_EXPORT, 'store/council_export.c',
     '"/\\\\:*?\\"<>|\\x7f"', '"|"'),
    ('who asked to yield lets writers wait', ('backup_load_test', '2014', '3'),
     'store/store_copy.c', 'if (yields && out->restarts', 'if (false && out->restarts'),
    ('a commit is reported before it is synced', STORE_FAULT, 'store/sqlite_engine.c',
     '"PRAGMA synchronous=FULL"', '"PRAGMA synchronous=OFF"'),
    ('a journal that was removed can come back', STORE_FAULT, 'store/sqlite_engine.c',
     '? "wal" : "truncate"', '? "wal" : "delete"'),
    ('what stood there before is kept in memory alone', STORE_FAULT, 'store/sqlite_engine.c',
     '? "wal" : "truncate"', '? "wal" : "memory"'),
    ('the journal is not forced to the disk as a whole', STORE_FAULT, 'store/sqlite_engine.c',
     '"PRAGMA synchronous=FULL"', '"PRAGMA synchronous=NORMAL"'),
    ('a failure while committing counts as refused', STORE_FAULT_ALL, 'store/sqlite_engine.c',
     'connection->fault.unknown = err == ERR_IO && connection->writer;',
     'connection->fault.unknown = false;'),
    ('a failed commit counts as done', STORE_FAULT, 'store/sqlite_engine.c',
     'enum err err = sqlite_control(connection, CONTROL_COMMIT, &said);\n\n    if (err == OK)',
     'enum err err = sqlite_control(connection, CONTROL_COMMIT, &said);\n\n    if (err != ERR_BUSY)'),
    ('what failed is kept with the rest', STORE, 'store/db.c',
     'if (err == OK && tx->doom != OK)\n            err = fail(trouble, tx->doom, "%s", '
     'tx->why.text);\n        if (err == OK)', 'if (err == OK)'),
    ('a failed statement does not doom', STORE, 'store/db.c',
     '    (void)tx_doom(tx, err, said);\n', ''),
    ('a savepoint takes nothing back', STORE, 'store/db.c',
     '"ROLLBACK TO SAVEPOINT %s"', '"RELEASE SAVEPOINT %s; SAVEPOINT %s", name'),
    ('a writer begins as a reader', STORE, 'store/sqlite_engine.c',
     'tx->kind == TX_READ ? CONTROL_BEGIN : CONTROL_BEGIN_WRITING', 'CONTROL_BEGIN'),
    ('what was in the way is the end', STORE, 'store/db.c',
     'again = err != OK && tx.again;', 'again = false;'),
    ('an attempt that failed is not taken back', STORE, 'store/db.c',
     'if (err != OK && !connection->engine->rollback(connection))', 'if (false)'),
    ('a long write shuts readers out', STORE, 'store/sqlite_engine.c',
     '"PRAGMA cache_spill=OFF; "', '"PRAGMA locking_mode=EXCLUSIVE; "'),
    ('memory that runs out leaves the transaction open', STORE, 'store/db.c',
     'if (ARENA_GUARD(arena))\n        return fail(trouble, ERR_IO, "out of memory");\n'
     '    return work(', 'if (ARENA_GUARD(arena))\n        return OK;\n    return work('),
    ('an empty text is NULL', STORE, 'store/db.c',
     'value.size == 0 ? (struct text){ "", 0 } : value', 'value'),
    ('foreign keys are not looked at', STORE, 'store/sqlite_engine.c',
     '{ SQLITE_DBCONFIG_ENABLE_FKEY, 1 }', '{ SQLITE_DBCONFIG_ENABLE_FKEY, 0 }'),
    ('an old migration may have changed', SCHEMA, 'store/migrate.c',
     '!text_is(column_text(row, 2), migration->sha256)', 'false'),
    ('no copy is made before a migration', SCHEMA, 'store/migrate.c',
     'err = back_up(db, &step, out, trouble);', 'err = OK;'),
    ('a damaged block has no name', BACKUP, 'store/backup_blocks.c',
     'memcmp(sum, sums.data + number * BLOCK_SUM_BYTES, sizeof sum) != 0', 'false'),
    ('the last row of a page is copied twice', BACKUP, 'store/table_rows.c', '") > ("', '") >= ("'),
    ('only the first page is copied', BACKUP, 'store/table_rows.c', 'if (!full)', 'if (rows->begun)'),
    ('a backup that is too old is restored', BACKUP, 'store/backup_restore.c',
     'since->size > manifest->trail_size', 'false'),
    ('a backup with another past is restored', BACKUP, 'store/backup_file.c',
     'sha256_equal(&hash, &since->last)', 'true'),
    ('a journal that was left is played into what is restored', BACKUP, 'store/backup_restore.c',
     '{ "", "-journal", "-wal", "-shm" }', '{ "" }'),
    ("nobody looks at the manifest's signature", BACKUP, 'store/backup_check.c',
     'if (verdict != MINISIGN_GOOD)', 'if (false)'),
    ('triggers stay out of force', BACKUP, 'store/store_copy.c',
     'return guards_up(tx, guard, trouble);', 'return OK;'),
    ("a migration's own rows stay beside what is loaded", BACKUP, 'store/store_copy.c',
     '(err = empty(tx, &to, trouble)) != OK ||', ''),
    ('what is half made is left behind', BACKUP_FAULT, 'store/backup_make.c',
     '(void)out_folder_abort(&making->folder, trouble);', ''),
    ('a sealed file that was cut off passes', BACKUP_DRILL, 'store/backup_seal.c',
     'if (err == OK && !unsealing->ended)', 'if (false)'),
    ("an operator is given councils' tables", BACKUP_DRILL, 'store/export.c',
     'return is_system(table) ? TAKES_ALL : TAKES_NONE;', 'return TAKES_ALL;'),
    ('hashes of passwords are exported', BACKUP_DRILL, 'store/export.c',
     '{ "account", "password" }, ', ''),
    ("a council is given the other's rows", BACKUP_DRILL, 'store/export.c',
     'return "council = ?2";', 'return "council <> ?2";'),
    ('a failed drill passes', BACKUP_DRILL, 'store/backup_drill.c',
     'drilling->out->passed = found == OK;', 'drilling->out->passed = true;'),
    ('a parameter without a number passes', SQL, 'store/sql_text.c',
     "if (!isdigit((unsigned char)next))\n            return SQL_BARE_PARAMETER;", ''),
    ('the year 1900 is a leap year', DAY, 'store/db_day.c',
     '(year % 4 == 0 && year % 100 != 0) || year % 400 == 0', 'year % 4 == 0'),
    ('a ring before the wait is lost', BELL, 'base/bell_io.c',
     'lock(bell);\n    while (bell->rings == *heard',
     'lock(bell);\n    *heard = bell->rings;\n    while (bell->rings == *heard'),
    ('a lease runs out the wrong way', JOB_RULES, 'store/job_rules.c',
     'lease_until_ms <= now_ms ||', 'lease_until_ms > now_ms ||'),
    ('a job that is done can be cancelled', JOB_RULES, 'store/job_rules.c',
     '{ JOB_QUEUED,  JOB_EVENT_CANCEL,    JOB_CANCELLED },',
     '{ JOB_QUEUED,  JOB_EVENT_CANCEL,    JOB_CANCELLED },\n'
     '    { JOB_DONE,    JOB_EVENT_CANCEL,    JOB_CANCELLED },'),
    ("the job's token is not looked at", JOB, 'store/job_lease.c',
     'row->token != lease->token || ', ''),
    ("the job's holder is not looked at", JOB, 'store/job_lease.c',
     ' || strcmp(row->holder, server->holder) != 0', ''),
    ('taking over keeps the token', JOB, 'store/job_lease.c', 'row->token++;', ''),
    ("a beat renews another's lease", JOB, 'store/job_lease.c',
     'bind_int(renew, 3, lease->token);',
     'struct job_row row = { 0 };\n'
     '    (void)job_row_find(tx, lease->council, lease->job, &row, NULL);\n'
     '    bind_int(renew, 3, row.token);'),
    ('a job is done in a transaction of its own', JOB, 'store/job_lease.c',
     'struct writing writing = { server, lease, ending };',
     'struct job_ending alone = *ending;\n    struct writing writing = { server, lease, &alone };\n'
     '    if (alone.work != NULL && job_lease_write(server, lease, alone.arena, alone.work, '
     'alone.context, trouble) != OK)\n        return ERR_CONFLICT;\n    alone.work = NULL;'),
    ('one attempt more than there may be', JOB, 'store/job_lease.c',
     'taking->row.attempt >= kind->attempts', 'taking->row.attempt > kind->attempts'),
    ('what somebody wants stopped is put back', JOB, 'store/job_lease.c',
     'if (row->cancel_wanted && (event', 'if (!row->cancel_wanted && (event'),
    ('stopping a server is an attempt', JOB, 'store/job_lease.c', 'row->attempt--;', ';'),
    ('the end of a job is not in the trail', JOB, 'store/job_row.c',
     'return err != OK ? err : job_trail(tx, outside, &entry, trouble);', 'return err;'),
    ('a key counts for one call only', JOB, 'store/job.c',
     'if (order->idempotency.size == 0)', 'if (order->idempotency.size != 0)'),
    ('nobody renews the leases', RUNNER, 'store/job_runner.c',
     'beat(runner, &runner->worker[i]);', ';'),
    ('the head of the trail is not written', TRAIL_LOG, 'store/trail_log.c',
     'return err == OK ? put_head(tx, chain, trouble) : err;', 'return err;'),
    ('personal words stand in the trail itself', TRAIL_LOG, 'store/trail_log.c',
     'words->personal ? TRAIL_SEALED : TRAIL_PLAIN', 'TRAIL_PLAIN'),
    ('one council writes in the name of another', TRAIL_LOG, 'store/trail_log.c',
     'scope != 0 && scope != council)', 'scope != 0 && scope == 0)'),
    ('who may read an entry is not hashed', TRAIL_AUDIT, 'store/trail_log.c',
     'trail_salt_mark(entry->salt, event->shared);', ''),
    ('a text between two readings is lost', TRAIL_EXPORT, 'store/trail_page.c',
     '*from = (uint64_t)sequence + 1;', '*from = (uint64_t)sequence + 2;'),
    ('whoever runs the machine is shown every council', TRAIL_EXPORT, 'store/trail_export.c',
     'all = request->reader == TRAIL_FOR_ALL', 'all = request->reader != TRAIL_FOR_COUNCIL'),
    ('a changed entry is exported', TRAIL_EXPORT, 'store/trail_export.c',
     'err == OK && !sha256_equal(&hash, &row->hash)', 'err == ERR_BUG'),
    ('a store older than the file says is served', TRAIL_GUARD, 'store/trail_guard_io.c',
     'err = walk_to(guarding, second, trouble);', 'err = OK;'),
    ('the last checkpoint goes back', TRAIL_GUARD, 'store/trail_guard_io.c',
     'file->there && file->read.checkpoint.size >= checkpoint->size', 'false'),
    ('a signature made for somebody else is taken in', TRAIL_GUARD, 'store/trail_checks.c',
     'signature_names_another(signature.trusted, given->by) ?', 'false ?'),
    ('a key that was replaced still cosigns', TRAIL_GUARD, 'store/trail_checks.c',
     'signature_fault(key, 1, given->text,', 'signature_fault(key, keys, given->text,'),
    ('a comment that nothing vouches for is kept', TRAIL_AUDIT, 'store/trail_checks.c',
     '*kept = signature_plain(arena, given->signature);', '*kept = given->signature;'),
    ('who may read what was sealed is not audited', TRAIL_AUDIT, 'store/trail_audit.c',
     'opened->council != row->council || opened->shared != row->shared ||', ''),
    ('the tree of the head is not audited', TRAIL_AUDIT, 'store/trail_audit.c',
     'memcmp(kept, found, size) != 0', 'size == 0'),
    ('a checkpoint that is gone is not missed', TRAIL_AUDIT, 'store/trail_audit.c',
     'return text_is(entry->action, ACTION_MAKE)', 'return entry == NULL'),
    ('a link that is over is used', IDENTITY, 'identity/one_time_link.c',
     'bind_int(made, 4, now.ms + LINK_MS);', 'bind_int(made, 4, now.ms + LINK_MS + 1);'),
    ('a session goes on for ever while it is used', IDENTITY, 'identity/session.c',
     'now.ms >= out->ends_at.ms || ', ''),
    ('a live session keeps a form as if it had ended', IDENTITY, 'identity/session.c',
     '!expired || ', ''),
    ('a kept form is shown after its time', IDENTITY, 'identity/kept_form.c',
     'bind_int(get, 4, now.ms - KEPT_FORM_MS)', 'bind_int(get, 4, now.ms - KEPT_FORM_MS - 1)'),
    ('a form kept for another council is opened', RISKS, 'web/keep_form.c',
     'kept->acting == request->actor.acting &&', ''),
    ('a kept form is opened in any form', RISKS, 'web/keep_form.c',
     '!text_equal(place.text, request->http->path)', 'false'),
    ('kept again it waits twice', RISKS, 'web/keep_form.c',
     'if (err == OK && id != 0)', 'if (false)'),
    ('a kept form is collected a moment early', IDENTITY, 'identity/kept_form.c',
     'bind_int(drop, 2, now.ms - KEPT_FORM_MS)', 'bind_int(drop, 2, now.ms - KEPT_FORM_MS + 1)'),
    ("somebody else's kept form is no error to drop", IDENTITY, 'identity/kept_form.c',
     'err == OK && changed != 1 ? ERR_MISSING : err', 'err'),
    ('who leaves leaves a form behind', IDENTITY, 'identity/leaver.c',
     'err = kept_form_drop_all(tx, account->council, account->id, trouble);', 'err = OK;'),
    ('a session is found by its id for forms', IDENTITY, 'identity/secret.c',
     'text_of(kind_name[kind]), text_of(" 1\\n"),', 'text_of(kind_name[0]), text_of(" 1\\n"),'),
    ("anybody ends another's session", IDENTITY, 'identity/session.c',
     'if (changed != 1)\n        return ERR_MISSING;\n    if ((err = key_drop',
     'if ((err = key_drop'),
    ('a grant begins a day early', IDENTITY, 'identity/role_grant.c',
     'bind_int(list, 2, actor->account);\n    bind_day(list, 3, day_of(now));',
     'bind_int(list, 2, actor->account);\n'
     '    bind_day(list, 3, (struct db_day){ day_of(now).days + 1 });'),
    ('nobody may what any account may', IDENTITY, 'identity/actor.c',
     'if (actor->account == 0)\n        return false;', ''),
    ('attempts of an address are not counted', IDENTITY, 'identity/login_attempt.c',
     'made[0] < ATTEMPTS_MOST && made[1] < ATTEMPTS_MOST', 'made[0] < ATTEMPTS_MOST'),
    ('an eleventh attempt', IDENTITY, 'identity/login_attempt.c',
     'made[0] < ATTEMPTS_MOST &&', 'made[0] <= ATTEMPTS_MOST &&'),
    ('a key serves for two requests', IDENTITY, 'identity/kept_answer.c',
     'return same ? OK : fail(', 'return true || same ? OK : fail('),
    ("a council cosigns with its partner's key", IDENTITY, 'store/council.c',
     'column_int(count, 0) > 0 || ', ''),
    ('the server cosigns for a council', IDENTITY, 'store/council.c',
     ' || minisign_public_same(key, &identity.server)', ''),
    ("a leaver's session goes on", IDENTITY, 'identity/leaver.c',
     'err = account_end_sessions(tx, now, account->council, account->id, trouble);', 'err = OK;'),
    ("a leaver keeps the partner's roles", IDENTITY, 'identity/leaver.c',
     'i < councils.count && err == OK', 'i < 1 && err == OK'),
    ('the last administrator is closed', IDENTITY, 'identity/leaver.c',
     'err = others_administer(tx, now, account->council, 0, account->id, trouble);', 'err = OK;'),
    ('a council closes accounts of the other', IDENTITY, 'identity/leaver.c',
     '    if (account->council != actor->acting)\n        return ERR_MISSING;\n', ''),
    ('a role to oneself', IDENTITY, 'identity/role_grant.c',
     'grant->made_by == grant->account && grant->made_by != 0', 'false'),
    ('an earlier link for a password stays good', IDENTITY, 'identity/one_time_link.c',
     'if (err == OK && link->account != 0)', 'if (false)'),
    ('a link for a password makes an administrator', IDENTITY, 'identity/one_time_link.c',
     'bind_text(get, 4, text_of(purpose_name[purpose]));',
     'bind_text(get, 4, text_of("password"));'),
    ('a new password leaves old sessions', IDENTITY, 'identity/account.c',
     'err = account_end_sessions(tx, happening->now, account->council, account->id, trouble);',
     'err = OK;'),
    ('rights are not asked for', POLICY, 'web/dispatch.c',
     'if (!actor_may(&request->actor, (enum right)action->right) ||\n        (action', 'if ((action'),
    ('the search asks for no right', DECIDE, 'admin/admin_search.c',
     'actor_may(&request->actor, right) &&', '(right > MAY_NOTHING) &&'),
    ('what is nearest is found last', RISKS, 'admin/admin_search.c',
     'if (group->hit[i].rank == rank)', 'if (group->hit[i].rank == SEARCH_TEXT - rank)'),
    ('a search looks past the list', RISKS, 'admin/admin_search.c',
     'const struct url list = register_url(type, request->arena);',
     'const struct url list = register_url(type, request->arena);\n'
     '    request->actor.acting = 1;'),
    ('a capital with an accent is another letter', TEXT, 'base/text.c',
     'return letter + 0x20;', 'return letter;'),
    ('what a program said of a file is not held against it', RISKS, 'register/evidence_desk.c',
     '!digest_agrees(request)', '!(digest_agrees(request) || true)'),
    ('a view of a program asks for nothing', RISKS, 'register/view_pages.c',
     'request->form = asked;', 'asked.count = 0;'),
    ('a feed knows only when entries were made', RISKS, 'register/register_feed_view.c',
     'El(h, "updated") moment(h, entry->changed_at);',
     'El(h, "updated") moment(h, entry->made_at);'),
    ('a feed is in the order of the list', RISKS, 'register/register_feed_view.c',
     'if (list->found.count > 1)', 'if (list->found.count > 9999)'),
    ('an error tells what part it belongs to', POLICY, 'web/page_frame.c',
     'frame_begin(request, title, NULL)',
     'frame_begin(request, title, menu_at(request->http->path))'),
    ('an error tells where it was asked for', POLICY, 'web/page_frame.c',
     'Url("/help"), text_of("/"));', 'Url("/help"), request->http->path);'),
    ('what is forbidden has another answer', POLICY, 'web/dispatch.c',
     '        *fate = allowed ? FATE_LET_IN : FATE_UNKNOWN;',
     '        *fate = allowed ? FATE_LET_IN : FATE_METHOD;'),
    ('a role of one council counts in the other', POLICY, 'identity/role_grant.c',
     'bind_int(list, 1, actor->acting);\n    bind_int(list, 2, actor->account);',
     'bind_int(list, 1, 2);\n    bind_int(list, 2, actor->account);'),
    ('the document has a number for text', API, 'register/register_call.c',
     '.type = choice ? API_CHOICE : API_NUMBER', '.type = choice ? API_CHOICE : API_LINE'),
    ('the document does not tell of If-Match', API, 'web/openapi.c',
     'return call->versioned && (call', 'return !call->versioned && (call'),
    ('a token travels in the clear', API, 'server/client_http.c',
     'if (plain && !is_here(server + 7))', 'if (plain && server[7] == 0)'),
    ('a dry run is none', API, 'server/client_action.c',
     '    if (command_has(command, "dry-run")) {\n', '    if (command->quiet) {\n'),
    ('what is emptied stays', API, 'server/client_action.c',
     'const char *value = is_cleared(command, field) ? NULL', 'const char *value = false ? NULL'),
    ('a list by command ends with its first page', API, 'server/client_http.c',
     'strstr(link, ">; rel=\\"next\\"")', 'strstr(link, ">; rel=next")'),
    ('an ICT officer gives roles', POLICY, 'identity/right.c',
     '"Keeps the store running; of records sees long work alone.",\n        { ',
     '"Keeps the store running; of records sees long work alone.",\n        { [MAY_GRANT] = true, '),
    ('a risk has the rating of another impact', RISK, 'governance/governance_risk_rules.c',
     'return matrix[likelihood - 1][impact - 1];', 'return matrix[impact - 1][likelihood - 1];'),
    ('controls may add to a risk', RISK, 'governance/governance_risk_rules.c',
     'risk_scale(risk, field) > risk_scale(risk, inherent)', 'false'),
    ('what is above appetite is tolerated', RISK, 'governance/governance_risk_rules.c',
     'if (strcmp(event, "tolerate") == 0 && !risk_within_appetite(risk) &&', 'if (false &&'),
    ('a closed risk is treated', RISK, 'governance/governance_risk.c',
     '{ "closed", "reopen", "reopened" },',
     '{ "closed", "reopen", "reopened" },\n    { "closed", "treat", "treating" },'),
    ('what a partner may only read it may change', RISK, 'register/register_rules.c',
     'entry->sharing == SHARING_JOINT;', 'entry->sharing != SHARING_OWN;'),
    ('whoever may change an entry may share it', RISK, 'register/register_store.c',
     '(was->sharing != now->sharing && was->council != deed->council)', 'false'),
    ('who comes second is not told', RISK, 'register/register_store.c',
     'return err == OK && changed != 1 ? ERR_CONFLICT : err;', 'return err;'),
    ('what is written of a private entry is shared', RISK, 'register/register_store.c',
     'bind_bool(add, 2, shared);', 'bind_bool(add, 2, true);'),
    ('what is taken back is still read by its files', RISKS, 'register/register_store.c',
     'if (err == OK && now->sharing == SHARING_OWN && was', 'if (false && was'),
    ('personal data are attached for the partner', RISKS, 'register/register_attachment.c',
     '!found.row.personal &&\n        !evidence_is_personal(request))', '!found.row.personal)'),
    ('a file is fetched through any entry', RISKS, 'register/register_attachment.c',
     'const enum err err = look(&looking, look_file);',
     'const enum err err = look(&looking, look_entry);'),
    ('a role for a service reaches what is of none', RISK, 'register/register_store.c',
     'else\n            bind_null(statement, number);',
     'else\n            bind_text(statement, number, text_of(""));'),
    ('a role for a service reaches all', RISK, 'register/register_store.c',
     'bind_bool(statement, first, reach.all);',
     'bind_bool(statement, first, reach.all || reach.services > 0);'),
    ('a role for a service lets one read the trail', IDENTITY, 'identity/actor.c',
     ' || !right_is_by_service(right))', ')'),
    ('a role for a service counts without a second factor', IDENTITY, 'identity/login_setting.c',
     'actor->service[i].role[role] &= !asked;', '(void)asked;'),
    ('a group gives a role for one service alone', IDENTITY, 'identity/oidc_login.c',
     'role == role && text_equal(given->group[i].service, service)', 'role == role'),
    ('an entry is moved out of the service', DECIDE, 'register/register_pages.c',
     'if (!actor_may_of(&request->actor, type->may_edit, named))', 'if (false)'),
    ('what the partner does not read it takes away', RISK, 'register/register_store.c',
     'if (was->withheld != 0)', 'if (false)'),
    ("what is a council's own is in the partner's trail", DECIDE, 'register/register_store.c',
     'changing->shared && type->fields[i].own, was', 'false, was'),
    ('advice is found by who does not read it', DECIDE, 'register/register_store.c',
     'entry->field[i] = text_of("");\n            entry->withheld',
     'entry->withheld'),
    ("what is a council's own is in the partner's export", SCHEMA, 'store/export.c',
     '{ "obligation", "advice" },', ''),
    ('an import: a bad row is not counted', IMPORTS, 'register/import_plan.c',
     'plan->bad += line->faults > 0 ? 1 : 0;', 'plan->bad += line->faults > 1 ? 1 : 0;'),
    ('an import: the month stands before the day', IMPORTS, 'register/import_plan.c', '"dd/mm/yyyy"',
     '"mm/dd/yyyy"'),
    ('an import: what was changed since is taken back', IMPORTS, 'register/import_store.c',
     'was.version > version)', 'was.version > version + 1)'),
    ('an import: what was changed stays so when it is taken back', IMPORTS,
     'register/import_store.c', 'then->field[place] = file.change[i].before;',
     'then->field[place] = file.change[i].after;'),
    ('an import: somebody was quicker, and is written over', IMPORTS, 'register/import_pages.c',
     '!text_is(request_field(request, "sum"), import_sum(request->arena, page.plan))', 'false'),
    ('an import: an entry is changed twice', IMPORTS, 'register/import_plan.c',
     'is_named_above(plan, line)', 'false'),
    ('an import: what has no column is emptied', IMPORTS, 'register/import_plan.c',
     'line->entry = *line->was;', 'line->entry.version = line->was->version;'),
    ('an import: anybody takes it back', IMPORTS, 'register/import_pages.c',
     'request->actor.role[ROLE_ADMINISTRATOR];', 'request->actor.account > 0;'),
    ('an import: bad rows hold formulas', IMPORTS, 'register/import_view.c',
     'csv_shown(csv, cell_told(line, cell));', 'csv_text(csv, cell_told(line, cell));'),
    ('an answer is given once more without its version', RISKS, 'web/dispatch.c',
     'if (kept->etag.size > 0)', 'if (false)'),
    ('a fault of a call is told of no field', RISKS, 'web/request.c',
     'fault->field == NULL ? NULL', 'fault->field != NULL ? NULL'),
    ('anybody takes a view away', DECIDE, 'register/view_store.c',
     'enum err err = ask(tx, &sql_saved_view_drop, actor, &drop, trouble);',
     'struct actor any = *actor;\n    any.account = 504;\n    any.account -= 3;\n'
     '    enum err err = ask(tx, &sql_saved_view_drop, &any, &drop, trouble);'),
    ('a view is kept of what one does not see', DECIDE, 'register/view_pages.c',
     'return actor_may(&request->actor, type->may_see) ? type : NULL;', 'return type;'),
    ('who asks answers, too', MONTH, 'finance/finance_query.c', '.later = true },\n    '
     '[QUERY_OUTCOME]', '},\n    [QUERY_OUTCOME]'),
    ('who answers accepts its own answer', MONTH, 'finance/finance_query_turn.c',
     'if (!asks(query, turn))\n        return "This', 'if (false)\n        return "This'),
    ('a query goes to the board before its time', MONTH, 'finance/finance_query_turn.c',
     'turn->today.days <= field', 'turn->today.days + 99 <= field'),
    ('what waits for one waits for all', MONTH, 'finance/finance_query_turn.c',
     'QUERY_PUT && answers(query, turn))\n        return "an', 'QUERY_PUT)\n        return "an'),
    ('a fund that is shared by the map is not told', MONTH, 'finance/finance_fund_check.c',
     '!(text_is(row->treatment, "common") ||', '!(text_is(row->treatment, "commons") ||'),
    ('a fund that may be shared is told', MONTH, 'finance/finance_fund_check.c',
     'if (fund->field[FUND_MAY_SHARE].size > 0 ||', 'if ('),
    ('both agree on another value', MONTH, 'finance/finance_memorandum.c',
     'field_number(amount, value) !=', 'field_number(amount, value) >'),
    ('what was agreed is changed', MONTH, 'finance/finance_memorandum.c',
     'return !is_agreed(memorandum) ||', 'return true ||'),
    ('a correction counts twice as an initiative', INITIATIVE,
     'finance/finance_initiative_proof.c', 'period == first ? -1 : 0', '0'),
    ('what would be common is left as it is', INITIATIVE, 'finance/finance_initiative_proof.c',
     'text_equal(field[CENTRE_BEARER], council)', 'text_equal(field[CENTRE_POOL], council)'),
    ('a formula stays a formula', RISK, 'register/register_field_view.c',
     'return text_of(arena_print(arena, "\'%.*s", TEXT(cell.text)));', 'return cell.text;'),
    ('a register counts the numbers of all councils', RISK, 'register/register_store.c',
     'bind_int(next, 1, council);', 'bind_int(next, 1, council - council + 1);'),
    ('pounds are not written in one way', RISK, 'register/register_store.c',
     'if (form->kind == FIELD_MONEY && field', 'if (false && field'),
    ('a field is declared longer than its column', SCHEMA, 'governance/governance_risk.c',
     '.required = true,\n                     .most = 200 }', '.required = true,\n                     .most = 201 }'),
    ('a choice is declared that the table has not', SCHEMA, 'governance/governance_risk.c',
     '"programme", "reputation", NULL };', '"programme", "reputation", "x", NULL };'),
    ('a state is declared that the table has not', SCHEMA, 'governance/governance_risk.c',
     '"closed", "reopened", NULL };', '"closed", "reopened", "x", NULL };'),
    ('two fields are declared in another order', SCHEMA,
     'governance/governance_risk.h:governance/governance_risk.c',
     'RISK_CAUSE, RISK_EFFECT,', 'RISK_EFFECT, RISK_CAUSE,'),
    ('a run counts a later line as settled', RUN, 'finance/finance_run_model.c',
     'if (sum->period > partnership->through) {', 'if (sum->period > partnership->through + 1) {'),
    ('a code without a row is no fault of a run', RUN, 'finance/finance_run_model.c',
     'if (row == NULL && model_has(model, FILE_COST_CENTRES))', 'if (row == NULL && partner > 99)'),
    ('what was kept of a run is of the wrong group', RUN, 'finance/finance_run_model.c',
     'i / PERIODS % model->groups) + 1', 'i / PERIODS % model->groups + 1) % 2 + 1'),
    ("the partner's direct lines are seen", PAYS, 'finance/finance_lines.c',
     'return codes->bearer == acting;', 'return codes->bearer >= 0;'),
    ("the partner's descriptions are seen", PAYS, 'finance/finance_lines.c',
     'import.descriptions = loading', 'import.descriptions = true || loading'),
    ('a run of the same inputs is another', PAYS, 'finance/finance_run_job.c',
     'hash_number(&hash, working->run.through);', 'hash_number(&hash, working->run.id);'),
    ('a difference is told the wrong way round', PAYS, 'finance/finance_settlement_view.c',
     'change < 0 ? " less." : " more."', 'change > 0 ? " less." : " more."'),
    ('the year before is this one', YEAR, 'finance/finance_settlement.c',
     'year_text(request->arena, number - 1)', 'year_text(request->arena, number)'),
    ('a second click keeps another version of a profile', MONTH, 'finance/finance_profile.c',
     'if (err == OK && same)', 'if (err == OK && same && profile->id < 0)'),
    ('an extract that is read has a name on the disk', MONEY_PARTS, 'store/work_folder.c',
     'open(folder->path, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600)',
     'open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0600)'),
    ('a folder in use is swept', MONEY_PARTS, 'store/work_folder.c',
     'flock(lock, LOCK_EX | LOCK_NB) != 0', 'flock(lock, LOCK_EX | LOCK_NB) > 0'),
    ("a fault of a map is told of the partner's lines, too", MONEY_PARTS,
     'finance/finance_joint_model.c', 'line - map->before[file] + 1', 'line'),
    ('a fault of a file that is added is told of another line', MONEY_PARTS,
     'finance/finance_map.c', 'fault->line - before + 1', 'fault->line'),
    ('the lines of an extract outlive it', SIGN, 'finance/finance_run.sql',
     '(d.id = i.ledger OR d.id = i.errors)', '(d.id = i.errors)'),
    ('lines that were erased are not told of', SIGN, 'finance/finance_lines.c',
     'if (found->import[codes->import].erased) {\n        found->erased_lines',
     'if (found->count > 1000000) {\n        found->erased_lines'),
    ('a payment waits for who has recorded it', SIGN, 'finance/finance_on_account_home.c',
     'one->debtor != request->actor.acting', 'one->creditor != request->actor.acting'),
    ('what was chosen is lost with its reason', SIGN, 'finance/finance_on_account_pages.c',
     '.value = request_field(request, "answer") };', '.value = text_of("") };'),
    ('a second click keeps a second question', BASIS, 'finance/finance_what_if.c',
     'question->id > 0', 'question->id < 0'),
    ("a fault of a basis is told of another line", BASIS, 'finance/finance_joint_files.c',
     'out->line -= first[at] - 1;', ''),
    ('a basis that is not agreed is not missed', BASIS, 'finance/finance_joint_model.c',
     'joint_name_missing(arena, &model->words);', ''),
    ('the codes of what is borne elsewhere are seen', BASIS, 'finance/finance_code_pages.c',
     'text_equal(bearer, own_code(page))', 'bearer.data != NULL'),
    ('what is posted behind its day is taken for what the code became', BASIS,
     'finance/finance_moves.c', 'moves->from[step] <= of || ', ''),
    ('a split that nothing decides goes to the first', BASIS, 'finance/finance_restate.c',
     'if (other.slot != first.slot || other.group != first.group)', 'if (false)'),
    ("the partner's code is told in a refusal", BASIS, 'finance/finance_restate.c',
     'if (books->council->id == restating->asks)\n        refuse(', 'if (true)\n        refuse('),
    ('a restatement is kept twice', BASIS, 'finance/finance_restatement.c',
     'if (err != OK || *id != 0)', 'if (err != OK)'),
    ('rows of the named map keep their days', BASIS, 'finance/finance_restate.c',
     'row[FROM] = row[TO] = text_of("");', ''),
    ('a cost centre that ends goes on', BASIS, 'finance/finance_map_move.c',
     'row[TO] = period_text(moving->arena, move->from - 1);', ''),
    ("a question of the partner's seems to be shared", BASIS, 'finance/finance_what_if.c',
     'err == OK && changed == 0 ? ERR_MISSING : err', 'err'),
    ('a proposal is assumed beside what it changes', BASIS, 'finance/finance_what_if.c',
     '!text_equal(csv_rows_field(&rows, 0), code)', 'rows.line > 0'),
    ('a group is borne by nobody in particular', BASIS, 'finance/finance_what_if.c',
     ': field[SLOT_PARTNER];', ': regrouping->pool;'),
    ('what is direct is taken for shared', BASIS, 'finance/finance_what_if.c',
     '(to_share ? !shared && !support : shared) &&', '!support && (to_share ? !shared : true) &&'),
    ('a call keeps a question that has no answer', BASIS, 'finance/finance_what_if_api.c',
     'if (!page->answer.settled)', 'if (page->answer.partners > 99)'),
    ("a question of the partner's own is read", BASIS, 'finance/finance_what_if.sql',
     'WHERE (council = ?1 OR shared) AND', 'WHERE (council = ?1 OR shared OR id > 0) AND'),
    ('a step over what was changed meanwhile', MONTH, 'register/register_api.c',
     '!text_equal(match, etag(request, was))', 'match.size == 0'),
    ('a call takes a step that is not its turn', MONTH, 'register/register_pages.c',
     '*refused = entry_bar(type, was, what, &turn);', '*refused = NULL;'),
    ('a signature is undone without a reason', SIGN, 'finance/finance_course_pages.c',
     'period_refuse(request->tx, request->arena, &step->deed,\n'
     '                                           request_field(request, "why"),',
     'period_refuse(request->tx, request->arena, &step->deed,\n'
     '                                           text_of("So"),'),
    ("a pool's own treatment for VAT is its service's", PAPERS, 'finance/finance_vat.c',
     'return row != NULL ? row : row_of(agreed, service);', 'return row == NULL ? row : row_of(agreed, '
     'service);'),
    ('VAT is agreed without a reason', BASIS, 'finance/finance_vat.c', 'row->reason.size > 0 &&', ''),
    ('VAT that nobody agreed is no warning', CHECKS, 'finance/finance_check.c',
     'facts->no_vat), true };', 'facts->no_vat), false };'),
    ('a month is signed before an earlier one', CHECKS, 'finance/finance_check.c',
     'facts->first_open >= facts->period', 'facts->first_open + 1 >= facts->period'),
    ('a bill that is out by a debt is the settlement', CHECKS, 'finance/finance_proof.c',
     '-row->amount);', '-row->amount + row->amount);'),
    ('who began the run signs it', SIGN, 'finance/finance_facts.c',
     '!text_is(run->made_by, login))', 'login[0] != 0)'),
    ('a changed extract leaves what was signed', SIGN, 'finance/finance_standing.c',
     'return strcmp(noting->before[index].inputs, noting->now[index].inputs) == 0',
     'return noting->before[index].inputs != noting->now[index].inputs'),
    ('a code without a row comes unseen', MONTH, 'finance/finance_standing.c',
     'noting->unmapped |= noting->news.unmapped;', '(void)noting;'),
    ('what comes late is of the first month', MONTH, 'finance/finance_standing.c',
     '__builtin_ctz(news->periods) + 1', '1'),
    ('a sum is written over', MONTH, 'finance/finance_import_job.c',
     'next = all ? piece->until : at + 1;', 'next = all ? piece->until : at + 2;'),
    ('what was locked is charged again', SIGN, 'finance/finance_locked.c',
     'body(locked->settlement)), none)', 'text_of("")), none)'),
    ('a draft begins with values that were not taken', BASIS, 'finance/finance_basis_file_api.c',
     ' && seen->file.given.size > 0', ''),
    ('a call changes a map that was changed meanwhile', BASIS, 'finance/finance_map_api.c',
     "    if (err == OK)\n        err = check_version(request, &mapping);\n    if (err != OK)\n"
     "        return err;\n    move", "    if (err != OK)\n        return err;\n    move"),
    ('the values of a basis come to any total', BASIS, 'finance/finance_basis_reading.c',
     'reading->refused == 0 && reading->agrees', 'reading->refused == 0'),
    ('schools of one council are not added up', BASIS, 'finance/finance_basis_reading.c',
     'text_equal(out->value[i].partner, partner))', 'out->value[i].rows == 0)'),
    ('what one council says was paid counts', SIGN, 'finance/finance_on_account.sql',
     "AND a.number <= ?2 AND a.state = 'confirmed'", 'AND a.number <= ?2 AND a.pence <> 0'),
    ('a payment of a later period counts', SIGN, 'finance/finance_on_account.sql',
     "a.number <= ?2 AND a.state", "a.number <= ?2 + 1 AND a.state"),
    ('a call confirms what is refused', SIGN, 'finance/finance_on_account_api.c',
     'so ? PAYMENT_CONFIRMED : PAYMENT_REFUSED', 'PAYMENT_CONFIRMED'),
    ('a call of a payment says another fault', SIGN, 'finance/finance_on_account_api.c',
     'if (wrong[i] != NULL)', 'if (i == 0 && wrong[i] != NULL)'),
    ('a creditor confirms what it has recorded', SIGN, 'finance/finance_on_account.c',
     '(withdraws ? payment->creditor : payment->debtor) != actor->acting',
     '(withdraws ? payment->creditor : actor->acting) != actor->acting'),
    ('a basis agreed anew leaves what was signed', SIGN, 'finance/finance_agreed.c',
     'if (err != OK || same)', 'if (err != OK || run > 0)'),
    ('a basis of a later month takes back what was signed', SIGN, 'finance/finance_agreed.c',
     '*same = run_is_agreed(part, parts, model);', '*same = parts == 0 && day.days == 0;'),
    ('the lines with the highest lots are drawn', SIGN, 'finance/finance_sample.c',
     'sizeof *lot) < 0; at--)', 'sizeof *lot) > 0; at--)'),
    ('a head of a row says that it heads a column', REPORT, 'document/pdf_finish.c',
     '"   /A << /O /Table /Scope /Row >>\\n"', '"   /A << /O /Table /Scope /Column >>\\n"'),
    ('a row that is not whole is passed over', REPORT, 'document/document.c',
     'table->columns != 0)\n            return false;', 'table->columns != 0)\n            return true;'),
    ('an account that a layout lacks is posted as nothing', PAPERS,
     'finance/finance_paper_journal.c', 'if (account_of(layout, &rows->row[i]).size == 0)',
     'if (account_of(layout, &rows->row[i]).size > 99)'),
    ('the other side is posted with the same sign', PAPERS, 'finance/finance_paper_journal.c',
     'case LAYOUT_DEBIT: return side_text(posting, row->debit);',
     'case LAYOUT_DEBIT: return side_text(posting, row->credit);'),
    ('price is worked out on the share that holds', PAPERS, 'finance/finance_paper_cause.c',
     'row->by[CAUSE_BASIS] = actual.borne - price[partner];',
     'row->by[CAUSE_PRICE] += actual.borne - price[partner];'),
    ('odd pennies of instalments come last', PAPERS, 'finance/finance_paper_bill.c',
     '(index < (int)(size % parts) ? 1 : 0)', '(parts - 1 - index < (int)(size % parts) ? 1 : 0)'),
    ('a line of another year is taken in', MONTH, 'finance/finance_tally.c',
     'fault = line_judge_rest(desk->rules, &desk->memory, judged);',
     '(void)line_judge_rest(desk->rules, &desk->memory, judged);'),
    ('ids that stand twice are not looked at', MONTH, 'finance/finance_reading.c',
     'if (doubted.count > 0) {', 'if (doubted.count > 99) {'),
    ('a profile speaks for the partner', MONTH, 'finance/finance_profile.c',
     'partner->origin != ORIGIN_FIXED || !text_equal(partner->fixed, council)',
     'partner->origin != ORIGIN_FIXED'),
    ('an import of a locked period is withdrawn', MONTH, 'finance/finance_import.c',
     'err == OK && locked != 0', 'err == OK && locked > 99'),
    ('another count is taken in', MONTH, 'finance/finance_import_job.c',
     'err == OK && counted && unexplained', 'err == OK && unexplained'),
    ('a map speaks of the partner', MONTH, 'finance/finance_map.c',
     'if (model->centre[i].partner != own)', 'if (own < 0)'),
    ('a map that was changed meanwhile is changed', MONTH, 'finance/finance_map_pages.c',
     'return is_stale(request, page)', 'return false'),
    ('a budget counts in the months', CALLS, 'finance/finance_import.c',
     'bind_text(add, 6, text_of(book_name[book]));', 'bind_text(add, 6, text_of("ledger"));'),
    ('an entry is taken in twice', CALLS, 'finance/finance_import_job.c',
     'if (err != OK || working->shared.count == 0)', 'if (err != OK || working->shared.count < 99)'),
    ('hashes are proof', CALLS, 'finance/finance_reading.c',
     'return found != NULL && text_equal(found->id, id) ? found : NULL;', 'return NULL;'),
    ('a set of ids is compared with its beginning', MONEY_PARTS, 'finance/finance_entries.c',
     'while (at < count && hash[at] < word)', 'if (at < count && hash[at] < word)'),
    ('a period behind the last', MONEY_PARTS, 'finance/finance_desk.c',
     'number >= 1 && number <= PERIODS ?', 'number >= 1 && number <= PERIODS + 1 ?'),
    ('a map of any version is changed by a call', CALLS, 'finance/finance_map_api.c',
     'return text_is(said, arena_number(request->arena, mapping->map.version))', 'return true'),
    ('what a killed watch has begun stays begun', DROPS, 'server/drop_folder_io.c',
     'i < begun.count && err == OK', 'i > begun.count && err == OK'),
    ('a refused extract is called taken', DROPS, 'server/drop_take.c',
     '*taken = taking->refused == NULL && is_state(taking, "taken");', '*taken = true;'),
    ('a way to another file is dropped', DROPS, 'server/drop_folder_io.c',
     'return lstat(path, status) == 0', 'return stat(path, status) == 0'),
    ('two watches in one folder', DROPS, 'server/drop_folder_io.c',
     'if (flock(folder->lock, LOCK_EX | LOCK_NB) == 0)', 'if (folder->lock >= 0)'),
    ('a control file need not say the total', DROP_WORDS, 'server/drop_words.c',
     'CONTROL_LINES, CONTROL_TOTAL };', 'CONTROL_LINES };'),
    ('a workbook is a day off', BOOK, 'sheets/book_writer.c', 'in_year - 693899', 'in_year - 693898'),
    ('a workbook takes words for markup', BOOK, 'sheets/book_writer.c',
     """    case '<': put(xml, "&lt;"); return;\n""", ''),
    ('a row lets everybody change who may only see', SCHEMA,
     'register/register_rows.h:governance/governance_action.c',
     '.route = "/" many "/{" one ":word}/state", .right = edit,',
     '.route = "/" many "/{" one ":word}/state", .right = see,'),
    ('chunks and a length', HEADS, 'web/http_head.c',
     'return count_of(request, "content-length") > 0 ? 400 : 411;', 'return 0;'),
    ('two lengths', HEADS, 'web/http_head.c', '"content-length", "content-type"',
     '"content-type"'),
    ('a line that ends in LF', HEADS, 'web/http_head.c',
     'if (begin_of(line->name) != at ||', 'if ('),
    ('a name that begins like ours', HEADS, 'web/http_head.c',
     'strlen(names->name[i]) == host.size &&\n            strncasecmp(names->name[i], host.data, '
     'host.size) == 0',
     'strncasecmp(names->name[i], host.data, strlen(names->name[i])) == 0'),
    ('a page without a place is ours', HEADS, 'web/origin.c',
     'if (given.data != NULL && !is_same', 'if (given.data != NULL && !text_is(given, "null") && '
     '!is_same'),
    ('the first of two cookies', HEADS, 'web/credential.c', 'count == 1 ? found', 'count ? found'),
    ('a path may go on behind its route', HEADS, 'web/route.c', 'return left.size == 0;',
     'return true;'),
    ('a field twice', HEADS, 'web/form_fields.c',
     'if (text_equal(form->name[i], *name))\n            return false;',
     ';'),
    ('a limit is never reached', LIMIT, 'web/api_limit.c', 'place->calls >= limit->most', 'false'),
    ("a token's minute never ends", LIMIT, 'web/api_limit.c',
     ' || for_ms >= LIMIT_WINDOW_MS', ''),
    ('who only looks has called', LIMIT, 'web/api_limit.c', 'if (count && !over)', 'if (!over)'),
    ('a limit is told and not kept', RISKS, 'web/dispatch.c',
     'if (request->left.over)', 'if (false)'),
    ('a phrase is said in English to everybody', HTML, 'web/html.c',
     'html->reader == ENGLISH ? NULL', 'true ? NULL'),
    ('a box of choices holds an element', HTML, 'web/html.c', 'text_is(tag, "option") || ', ''),
    ('a quote ends an attribute', HTML, 'web/html.c',
     "case '\"': return (struct text){ \"&quot;\", 6 };", ''),
    ('a quote is like any other', HTML, 'web/html.c', "UINT64_C(1) << '\"' |", ''),
    ('a tag passes among eight bytes', HTML, 'web/html.c',
     "(((eight | EACH(2)) ^ EACH('>')) - EACH(1))", '(uint64_t)0'),
    ('a request keeps all of its memory', ('arena_test',), 'base/arena.c',
     'kept + chunk[i]->size <= most', 'most > 0'),
    ('what was there before is not cleared', ('arena_test',), 'base/arena.c',
     'if (cleared && arena', 'if (false && arena'),
    ('the end of an element at once is forgotten', HTML, 'web/html.c',
     'put_end(html, add(at, tags->end.data, tags->end.size));', 'put_end(html, at);'),
    ('the last bytes of a text are not looked at', HTML, 'web/html.c',
     'if (are_plain(eight)) {', 'if (true) {'),
    ('nobody looks after what waits', HTTP, 'web/http_queue.c',
     'if (queue->busy == 0 || !queue->watched)', 'if (queue->busy == 0)'),
    ('who watches never takes', HTTP, 'web/http_queue.c', '>= HTTP_QUEUE_PATIENCE_MS', '< 0'),
    ('an element left open', HTML, 'web/html.c', '!html->wrong && html->depth == 0',
     '!html->wrong'),
    ('an attribute with script', HTML, 'web/html.c', 'never || !html->in_tag', '!html->in_tag'),
    ('a byte now and then keeps a connection', HTTP, 'web/http_deadline.c',
     '(void)shutdown(connection->socket, SHUT_RDWR);', ''),
    ('the youngest makes room', HTTP, 'web/http_deadline.c',
     'connection->since < oldest->since', 'connection->since > oldest->since'),
    ('whoever waits for us makes room', HTTP, 'web/http_deadline.c', 'wait < WAIT_US; wait++',
     'wait < HTTP_WAITS; wait++'),
    ('nobody makes room', HTTP, 'web/http_deadline.c',
     'if (deadlines->open >= deadlines->room - deadlines->room / 8)', 'if (false)'),
    ('up and out, encoded', HEADS, 'web/http_head.c', ' || leads_elsewhere(request->target)', ''),
    ('a body as large as it likes', HTTP, 'web/http_io.c',
     'if (exchange->request.length > exchange->terms.body_most)\n        return refuse(exchange, 413);',
     ''),
    ('who prepared a proposal agrees to it', TWO_KEYS, 'register/two_key_rules.c',
     'if (is_among(key->preparers, key->preparer_count, deed->account))', 'if (false)'),
    ("one person turns two councils' keys", TWO_KEYS, 'register/two_key_rules.c',
     'if (key->turns[i].account == deed->account)', 'if (false)'),
    ('two keys are enough for three', TWO_KEYS, 'register/two_key_rules.c',
     'return key->turn_count + 1 == key->council_count;', 'return key->turn_count > 0;'),
    ('a decision after the fact', TWO_KEYS, 'register/two_key_rules.c',
     'return deed->decided_days > key->effective_days ? TWO_KEY_DECIDED_LATE : TWO_KEY_FINE;',
     'return TWO_KEY_FINE;'),
    ('what begins last is in force, whoever agreed to what last', TWO_KEYS,
     'register/two_key_rules.c', 'version[i].number > found->number',
     'version[i].effective_days > found->effective_days'),
    ('the same day overtakes without a word', TWO_KEYS, 'register/two_key_rules.c',
     'version[i].effective_days >= key->effective_days',
     'version[i].effective_days > key->effective_days'),
    ('the past is told as it is known today', TWO_KEYS, 'register/two_key_rules.c',
     ' && version[i].agreed_ms <= known_ms &&', ' &&'),
    ('what is agreed can be returned', TWO_KEYS, 'register/two_key_rules.c',
     '{ TWO_KEY_PROPOSED, TWO_KEY_RETURN,   TWO_KEY_RETURNED }',
     '{ TWO_KEY_AGREED, TWO_KEY_RETURN,   TWO_KEY_RETURNED }'),
    ('a mark behind half of one is passed by', SENT, 'web/multipart.c',
     "multipart->matched = c == '\\r' ? 1 : 0;", 'multipart->matched = 0;'),
    ('the second value of a field counts', SENT, 'web/sent_files.c',
     'form_value(form, arena_copy(arena, part->name.data, part->name.size)).data == NULL',
     'form->count < FORM_FIELDS_MOST'),
    ('every block on the disk is sealed alike', SENT, 'web/spool.c', 'nonce, at / BLOCK,',
     'nonce, 0,'),
    ('a form with files needs no token', DECIDE, 'web/dispatch.c', 'if (request->api || request->cookie',
     'if (request->action->upload_most > 0)\n        return true;\n'
     '    if (request->api || request->cookie'),
    ('a digest is not looked at', DECIDE, 'register/evidence_desk.c',
     'return said.data == NULL ||', 'return true ||'),
    ('the partner is shown personal data', DECIDE, 'register/evidence_link.c',
     'if (row.personal && subject->partners.size > 0)', 'if (false)'),
    ('a second click is a conflict', DECIDE, 'register/two_key_pages.c',
     'if (is_done(request, seen, event, or_event))', 'if (false)'),
    ('the older version is in force', DECIDE, 'register/two_key_desk.c',
     'other->version > proposal->version', 'other->version < proposal->version'),
    ('nobody looks at what was seen', TWO_KEY_STORE, 'register/two_key_store.c',
     'if (proposal->place.revision != place->revision)', 'if (false)'),
    ('old words stay open beside the new', TWO_KEY_STORE, 'register/two_key_store.c',
     'if (err != OK || replaced.key.state != TWO_KEY_PROPOSED)', 'if (true)'),
    ('who changed a draft did not prepare it', TWO_KEY_STORE, 'register/two_key_store.c',
     'proposal.payload = wording->payload;\n    prepared_by(&proposal.key, act->account);',
     'proposal.payload = wording->payload;'),
    ('a partner is not told', TWO_KEY_STORE, 'register/two_key_store.c',
     '.shared = proposal->shared, .action', '.shared = false, .action'),
    ('an export is for every council', TWO_KEY_STORE, 'store/export.c',
     '(shared AND partners LIKE', '(shared OR partners LIKE'),
    ('a place is not given back', HTTP, 'web/http_io.c',
     'exchange->next_free = server->free_exchange;\n    server->free_exchange = exchange;\n}',
     '}'),
    ('a code of the half minute to come is refused', IDENTITY, 'identity/totp.c',
     'at <= present + TOTP_WINDOW', 'at < present + TOTP_WINDOW'),
    ('a code counts again', IDENTITY, 'identity/totp.c',
     'at > used && ', ''),
    ('a recovery code counts again', IDENTITY, 'identity/second_factor.c',
     '*good = err == OK && changed == 1;\n    return *good ?',
     '*good = err == OK;\n    return *good ?'),
    ('a second factor is shown in vain', IDENTITY, 'identity/login_setting.c',
     'if (actor->strong || actor->break_glass)', 'if (actor->break_glass)'),
    ("sealed words open in another's row", IDENTITY, 'identity/sealed.c',
     '(long long)place->subject', '0LL'),
    ('an offer to link is good for ever', IDENTITY, 'identity/login_link.c',
     'bind_int(get, 2, actor->account);\n    bind_int(get, 3, now.ms - LOGIN_LINK_MS);',
     'bind_int(get, 2, actor->account);\n    bind_int(get, 3, 0 * now.ms);'),
    ('somebody there is taken from the account that was first', IDENTITY, 'identity/login_link.c',
     'return err == OK && known != 0 ?', 'return false ?'),
    ('an account is linked to two', IDENTITY, 'identity/login_link.c',
     'if (err == OK && link.linked)', 'if (false)'),
    ('a break-glass account is linked', IDENTITY, 'identity/login_link.c',
     'account->break_glass || ', ''),
    ('one administrator counts as two', OWN, 'admin/admin_set_up.c',
     ' &&\n                                  account->id != request->actor.account', ''),
    ('a break-glass account that is closed is one', OWN, 'admin/admin_set_up.c',
     'account->break_glass && account->open', 'account->break_glass'),
    ('a page thinks that its session lasts', OWN, 'web/page_frame.c',
     '{ "data-whole", actor->ends_at.ms - now }', '{ "data-whole", left }'),
    ('a session that was just made has no end', OWN, 'identity/session.c',
     'out->ends_at.ms = made + whole_ms(out);', 'out->ends_at.ms = now.ms + made;'),
    ('a common password is fine in capitals', IDENTITY, 'identity/common_password.c',
     'out->data[i] = small_letter(text.data[i]);', 'out->data[i] = text.data[i];'),
    ('a common password is fine with a year behind it', IDENTITY, 'identity/common_password.c',
     'while (core.size > 0 && !is_letter(core.data[core.size - 1]))', 'while (false)'),
    ("a council's name is a password", IDENTITY, 'identity/common_password.c',
     'take_out_words(&left, councils->council[i].name);', ''),
    ('the present password is not asked for', OWN, 'admin/admin_proof.c',
     'if (proof->right)\n', 'if (true)\n'),
    ('guesses at the present password are free', OWN, 'admin/admin_proof.c',
     'err = db_write(request->site->db, (struct db_scope){ 0, request->arena }, begin, proof,\n'
     '                   request->trouble);',
     'proof->allowed = true;\n    err = OK;\n    (void)begin;'),
    ('a password is changed under the same session', OWN, 'admin/admin_own_password_pages.c',
     'err = account_set_password(request->tx, &request->happening, &account, request->trouble);',
     'err = account_set_password(request->tx, &request->happening, &account, request->trouble);\n'
     '    if (err == OK)\n'
     '        return answer_done(request, Url("/account/password"), WORD_DONE_PASSWORD);'),
    ('a break-glass session lasts a day', IDENTITY, 'identity/session.c',
     'actor->break_glass ? BREAK_GLASS_MS : SESSION_WHOLE_MS', 'SESSION_WHOLE_MS'),
    ('a token speaks for a break-glass account', IDENTITY, 'identity/actor.c',
     'return actor->session != 0 && actor->acting', 'return actor->acting'),
    ('a group that is lost leaves its role', IDENTITY, 'identity/oidc_login.c',
     'if (place >= 0 && grant->ends.days >= soon)',
     'if (place < 0)\n            continue;\n        if (grant->ends.days >= soon)'),
    ('a sign-in takes back what people gave', IDENTITY, 'identity/oidc_login.c',
     'if (!grant->by_group)\n            continue;', ''),
    ('any algorithm signs', OIDC, 'identity/oidc_token.c',
     'if (!algorithm_is_good(algorithm))', 'if (false)'),
    ('a token for two programs serves', OIDC, 'identity/oidc_token.c',
     'return !json_is_array(audience) || json_array_size(audience) == 1;', 'return true;'),
    ('a short key signs', OIDC, 'identity/oidc_token.c',
     ' && bits >= RSA_BITS_LEAST', ''),
    ('a token of yesterday serves', OIDC, 'identity/oidc_token.c',
     'json_integer_value(expires) <= now_s - OIDC_SKEW_S', 'false'),
    ('a state serves any browser', OIDC, 'identity/oidc_talk.c',
     'TEXT(words), TEXT(trip->cookie));', 'TEXT(words), 0, "");'),
    ("the cloud's own address is public", OIDC, 'identity/oidc_fetch.c',
     '{ 0xA9FE0000, 16 }, ', ''),
    ('localhost.example is this machine', OIDC, 'identity/oidc_fetch.c',
     '(after.size == size || is_one_of(after.data[size], ":/"))', 'true'),
    ('a comma before the first digit', PARTS, 'money/money.c', 'i + 4 < size &&',
     'i + 4 <= size &&'),
    ('a heading of a column without a scope', PARTS, 'web/page_parts.c',
     'LitAttr(h, "scope", "col");', ''),
    ('jobsworth is a page of jobs', PARTS, 'web/menu.c', "path.data[size] == '/'", 'true'),
    ('a word without Gaelic is said to be Gaelic', PARTS, 'web/words.c',
     'language == GAELIC && words[word].gaelic != NULL ? GAELIC', 'language == GAELIC ? GAELIC'),
    ('back to another site', PARTS, 'web/html.c',
     "sent.data[0] != '/' || (sent.size > 1 && sent.data[1] == '/')", "sent.data[0] != '/'"),
    ('a tab does not say that it is this one', PARTS, 'web/page_parts.c',
     'if (i == current)', 'if (i > count)'),
]


class Broken(Exception):
    """The plant could not be tried."""


class Build:
    """The build that the engine lies in: its commands, with something else put in."""

    def __init__(self, engine):
        self.folder = os.path.dirname(engine)
        self.commands = {}

    def commands_of(self, target):
        if target not in self.commands:
            run = subprocess.run(['ninja', '-C', self.folder, '-t', 'commands', target],
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            if run.returncode != 0:
                raise Broken(run.stdout)
            self.commands[target] = [line for line in run.stdout.splitlines()
                                     if not line.startswith('ninja:')]
        return self.commands[target]

    def run(self, words):
        run = subprocess.run(words, cwd=self.folder, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, text=True)
        if run.returncode != 0:
            raise Broken(' '.join(words[:3]) + '\n' + run.stdout[-2000:])

    def embed(self, target, unit, source, scratch):
        """What the queries of `source` become, where they are those of `unit`: the C that is
        compiled, and the one that it stands in for."""
        real = os.path.join(ROOT, 'src', unit)
        for command in self.commands_of(target):
            words = shlex.split(command)
            here = [os.path.realpath(os.path.join(self.folder, word)) for word in words]
            if '--source' in words and os.path.realpath(real) in here:
                break
        else:
            raise Broken('%s is not embedded for %s' % (unit, target))
        at = words.index('--source') + 1
        usual, made = words[at], os.path.join(scratch, 'planted.c')
        words[at] = made
        words[words.index('--header') + 1] = os.path.join(scratch, 'planted.h')
        words[here.index(os.path.realpath(real))] = source
        self.run(words)
        return os.path.join(self.folder, usual), made

    def compile(self, target, unit, source, headers, scratch):
        """Compiles `source` as if it were `unit`, with `headers` before the project's own."""
        real = os.path.join(ROOT, 'src', unit)
        if unit.endswith('.sql'):
            real, source = self.embed(target, unit, source, scratch)
        for command in self.commands_of(target):
            words = shlex.split(command)
            if '-c' not in words:
                continue
            path = os.path.join(self.folder, words[words.index('-c') + 1])
            if os.path.realpath(path) == os.path.realpath(real):
                break
        else:
            raise Broken('%s is not compiled for %s' % (unit, target))
        made = os.path.join(scratch, 'planted.o')
        words[words.index('-c') + 1] = source
        words[words.index('-o') + 1] = made
        words[words.index('-MF') + 1] = made + '.d'
        self.run(words[:1] + ['-I' + headers] + words[1:] +
                 ['-Wno-error', '-fno-analyzer', '-O1', '-g0'])
        return made

    def link(self, target, objects, scratch, unit=None):
        """Links `target` with objects that stand in for those of the archives, or for the one of
        `unit` where that is linked by itself."""
        words = shlex.split(self.commands_of(target)[-1])
        words = [word for word in words if unit is None
                 or os.path.basename(word) != object_of(unit)]
        program = os.path.join(scratch, os.path.basename(target))
        words[words.index('-o') + 1] = program
        at = words.index('-o') + 2
        self.run(words[:at] + objects + words[at:])
        return program


def object_of(unit):
    """What the build calls it; the queries of a folder are one."""
    folder = os.path.dirname(unit)
    return 'meson-generated_.._src_%s_%s_sql.c.o' % (folder, folder) if unit.endswith('.sql') \
        else 'src_%s.o' % unit.replace('/', '_')


def plant(scratch, where, old, new):
    """Writes the copy with the fault. Gives (unit to compile, its path, folder of headers)."""
    name, _, unit = where.partition(':')
    with open(os.path.join(ROOT, 'src', name), encoding='utf-8') as file:
        text = file.read()
    if text.count(old) != 1:
        raise Broken('src/%s has %d places like this:\n%s' % (name, text.count(old), old))
    copy = os.path.join(scratch, 'src', name)
    os.makedirs(os.path.dirname(copy))
    with open(copy, 'w', encoding='utf-8') as file:
        file.write(text.replace(old, new))
    if unit:
        return unit, os.path.join(ROOT, 'src', unit), os.path.join(scratch, 'src')
    return name, copy, os.path.join(scratch, 'src')


def failed(program, catcher):
    """Whether the test says that something is wrong, and its last words."""
    words = [program] + list(catcher[1:])
    if catcher[0].endswith('.py'):
        words = [sys.executable, os.path.join(tap.HERE, catcher[0]), '--ochil', program] + \
            list(catcher[1:])
    env = dict(os.environ, CMOCKA_MESSAGE_OUTPUT='TAP')
    try:
        run = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=env,
                             cwd=ROOT, timeout=SECONDS_MOST)
    except subprocess.TimeoutExpired:
        return True, 'does not end'
    text = run.stdout.decode('utf-8', 'replace')
    if run.returncode == 0:
        return False, text[-1000:]
    lines = text.splitlines()
    # A fault is caught by a test that fails, or by an assert of the program itself.
    said = any(line.startswith('not ok') for line in lines) or run.returncode < 0
    if not said:
        raise Broken('%s ended with %d\n%s' % (catcher[0], run.returncode, text[-1000:]))
    return True, text[-1000:]


def target_of(catcher):
    if {'--walk', '--file', '--only'} & set(catcher):
        return 'ochil-server'
    return 'ochil' if catcher[0].endswith('.py') else 'tests/' + catcher[0]


def try_plant(build, row):
    _, catcher, where, old, new = row
    with tempfile.TemporaryDirectory(prefix='ochil-planted-') as scratch:
        try:
            unit, source, headers = plant(scratch, where, old, new)
            target = target_of(catcher)
            made = build.compile(target, unit, source, headers, scratch)
            caught, words = failed(build.link(target, [made], scratch, unit), catcher)
            return None if caught else '%s does not catch it\n%s' % (catcher[0], words)
        except Broken as broken:
            return str(broken)


def try_unplanted(build, catcher):
    """The same way without a fault."""
    with tempfile.TemporaryDirectory(prefix='ochil-planted-') as scratch:
        try:
            caught, words = failed(build.link(target_of(catcher), [], scratch), catcher)
            return 'fails without a fault\n' + words if caught else None
        except Broken as broken:
            return str(broken)


def misplaced(row):
    """What is wrong with the place where a fault is to stand."""
    with tempfile.TemporaryDirectory(prefix='ochil-planted-') as scratch:
        try:
            plant(scratch, *row[2:])
            return None
        except Broken as broken:
            return '%s\n%s' % (row[0], broken)


def part(word):
    first, step = (int(number) for number in word.split('/'))
    if not 0 <= first < step:
        raise ValueError(word)
    return first, step


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--ochil', default=tap.default_engine(), help='in the build to use')
    parser.add_argument('--only', default='', help='faults whose description has these words')
    parser.add_argument('--part', type=part, default=(0, 1), metavar='N/M',
                        help='every M-th fault from the N-th on (N from 0)')
    options = parser.parse_args()
    build = Build(tap.find_engine(options.ochil))
    first, step = options.part
    rows = [row for row in PLANTS if options.only in row[0]][first::step]
    catchers = sorted({row[1] for row in rows})
    t = tap.Tap()

    lost = [problem for problem in map(misplaced, PLANTS) if problem]
    t.check('every fault has its place in the sources', '\n'.join(lost) or None)
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        unplanted = pool.map(lambda catcher: try_unplanted(build, catcher), catchers)
        planted = pool.map(lambda row: try_plant(build, row), rows)
        for catcher, problem in zip(catchers, unplanted):
            t.check('%s finds nothing where nothing is wrong' % catcher[0], problem)
        for row, problem in zip(rows, planted):
            t.check('caught by %s: %s' % (row[1][0], row[0]), problem)
    return t.done()


if __name__ == '__main__':
    sys.exit(main())
