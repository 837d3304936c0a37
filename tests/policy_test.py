#!/usr/bin/env python3
"""policy_test.py -- the program against docs/policy.txt, which people wrote.

    policy_test.py [--ochil PATH] [--walk]

First the tables: every action stands in the policy, as it is called, with whose records and with
the roles that have its right; and nothing else does. Then a served store, on both engines: every
action x every role (and those who have none) x the council acted for x whose record x method, each
answer as the policy says; what is forbidden is answered like what is absent, byte for byte. With
--walk only that, on a SQLite file.
"""
import concurrent.futures
import hashlib
import http.client
import json
import os
import re
import subprocess
import sys
import time

import engines
import tap
from served import COOKIE, Browser, Served, key_hash

POLICY = os.path.join(tap.HERE, '..', 'docs', 'policy.txt')
LINE = re.compile(r'(\S+(?: \S+)*?)\s{2,}(GET|POST|PUT|DELETE) (\S+)\s{2,}(\S+)\s{2,}(\S.*)$')
FIELD = re.compile(r'field (\S+ \S+) +(own|any) council; read by (\S.*); written by (\S.*)$')
KIND = re.compile(r'kind (\S+) +prepared by (\S.*); agreed to by (\S.*)$')
COUNCILS = {'CLK': 1, 'STI': 2}
ABSENT = 999999999
# A role for a service counts for entries of these alone. Of each council an entry of each: of no
# service, of two services, and a joint one with fields that not everybody reads.
REGISTERS = {'risk': 'risks', 'action': 'actions', 'obligation': 'obligations',
             'policy': 'policies', 'query': 'queries', 'initiative': 'initiatives',
             'memorandum': 'memoranda', 'fund': 'funds'}
SERVICE = 'Education'
ENTRIES = {1: ('', False), 2: (SERVICE, False), 3: ('Social Services', False), 4: ('', True)}
SECRET = {'risk cost': '77712.34', 'obligation advice': 'privileged words'}
# Any form: what is forbidden must not be told from what is absent by what is sent, either.
FIELDS = 'login=x&role=auditor&starts=2020-01-01&ends=2030-01-01&name=x&key=x&council=none'


class Rule:
    def __init__(self, verb, method, route, whose, who):
        self.verb, self.method, self.route = verb, method, route
        self.whose, self.who = set(whose.split(',')), set(who.split())
        self.place = re.search(r'\{(\w+)(?::(?:word|year))?\}', route)
        self.api = route.startswith('/api/')
        self.register = verb.replace('api ', '').split()[0]
        self.what = self.place.group(1) if self.place else None
        # What else answers the same path: "/risks/imports" may be a risk's number, too.
        kinds = {None: r'\d+', ':year': r'\d{4}-\d{2}', ':word': r'[\w.-]+', ':secret': r'\w+'}
        self.form = re.compile(re.sub(r'\{\w+(:\w+)?\}', lambda found: kinds[found.group(1)],
                                      route.replace('.', '[.]')))
        self.alike = None
        if self.what == 'import':       # of which register
            self.what = self.register + ' import'

    def path(self, number):
        """What the route names first has this number; what belongs to it is its first."""
        path = re.sub(r'\{\w+(:\w+)?\}', str(number), self.route, count=1)
        path = path.replace('{evidence:word}', EVIDENCE.get(str(number)[:3], '0' * 32))
        if '/on-account/' in path:
            path = path.replace('{file:word}', 'billed.csv')
        if path.startswith('/money/restatements/') and '/files/' not in path:
            path = path.replace('{file:word}', 'restated.csv')
        path = path.replace('{period:word}', 'P03').replace('{file:word}', 'settlement.csv')
        path = path.replace('{paper:word}', 'bill.pdf')
        return re.sub(r'\{\w+\}', '1', path)

    def allows(self, actor):
        if 'break-glass' in actor.roles and self.api:
            return False    # no token speaks for it
        if 'account' in self.who:
            return actor.account
        if actor.service and (self.register not in REGISTERS or ' import' in self.verb):
            return False
        return bool(self.who & actor.roles)


def read_policy():
    rules, faults = [], []
    with open(POLICY, encoding='utf-8') as file:
        for number, line in enumerate(file, 1):
            if line.strip() == '' or line.startswith('#'):
                continue
            match = LINE.match(line.rstrip())
            if KIND.match(line) or FIELD.match(line):
                continue
            if match:
                rules.append(Rule(*match.groups()))
            else:
                faults.append('line %d' % number)
    return rules, faults


def read_roles():
    with open(POLICY, encoding='utf-8') as file:
        told = file.read().split('# The roles:\n')[1]
    return re.findall(r'^#   ([a-z-]+) {2,}', told, re.M)


def read_kinds():
    """Of each kind of proposal who prepares it and who agrees."""
    with open(POLICY, encoding='utf-8') as file:
        found = [KIND.match(line) for line in file]
    return {match.group(1): (set(match.group(2).split()), set(match.group(3).split()))
            for match in found if match}


def read_fields():
    """Of each field that not everybody reads: is it the council's own, who reads, who writes it;
    '*': whoever reads or writes the entry."""
    with open(POLICY, encoding='utf-8') as file:
        found = [FIELD.match(line) for line in file]
    return {match.group(1): (match.group(2) == 'own',
                             *({'*'} if words.startswith('whoever') else set(words.split())
                               for words in match.groups()[2:]))
            for match in found if match}


# --- the tables ---

def compare_tables(t, build, rules):
    said = subprocess.run([os.path.join(build, 'tests', 'policy_rows')], check=True, text=True,
                          stdout=subprocess.PIPE).stdout.splitlines()
    roles = said[0].split()
    rows, kinds, fields = {}, {}, {}
    for line in said[1:]:
        if line.startswith('field\t'):
            _, name, whose, reads, writes = line.split('\t')
            fields[name] = (whose == 'own', set(reads.split()), set(writes.split()))
            continue
        if line.startswith('kind\t'):
            _, name, prepares, agrees = line.split('\t')
            kinds[name] = (set(prepares.split()), set(agrees.split()))
            continue
        verb, method, route, whose, who = line.split('\t')
        rows[verb] = (method, route, whose, set(who.split()))
    named = {rule.verb for rule in rules}
    t.check('an action stands once in the policy', None if len(named) == len(rules) else
            'of %d lines %d are different' % (len(rules), len(named)))
    for rule in rules:
        words = None
        method, route, whose, who = rows.get(rule.verb, ('', '', '', set()))
        if rule.verb not in rows:
            words = 'the program has no such action'
        elif (method, route) != (rule.method, rule.route):
            words = 'the program calls it %s %s' % (method, route)
        elif whose not in rule.whose and whose != 'scoped':
            words = 'the program does it to what is %s' % whose
        elif who != rule.who:
            words = 'only the program gives it to %s, only the policy to %s' % (
                sorted(who - rule.who), sorted(rule.who - who))
        t.check('as the policy says: %s' % rule.verb, words)
    for verb in sorted(set(rows) - named):
        t.check('in the policy: %s' % verb, 'it is not')
    t.check('and for each kind of proposal', None if kinds == read_kinds() else
            'the program has %s' % kinds)
    t.check('and for each field that not everybody reads', None if fields == read_fields() and
            set(fields) == set(SECRET) else 'the program has %s' % fields)
    t.check('the policy tells what each role is for, in the order of the program',
            None if roles == read_roles() else 'it tells of %s' % read_roles())


FIELDS_TOLD = read_fields()


# --- people at a served store ---

class Actor:
    """Somebody signed in, with the roles that should count; `account` false: nobody is."""

    def __init__(self, name, acting, roles, account=True, service=''):
        self.name, self.acting, self.roles, self.account = name, acting, set(roles), account
        self.service = service      # the roles are for it alone; else for all
        self.secret = hashlib.sha256(('%s %s' % (name, acting)).encode()).hexdigest()
        self.form_token = key_hash('form', self.secret)
        self.session = self.token = None

    def __str__(self):
        return '%s acting for %s' % (self.name, self.acting)


def account_sql(number, council, name, state='open'):
    return ["INSERT INTO account (id, council, login, password, state, made_at) VALUES "
            "(%d, %d, '%s', 'x', '%s', 1)" % (number, council, name, state),
            "INSERT INTO identity_key (hash, kind, council, subject) VALUES ('%s', 'login', %d, %d)"
            % (key_hash('login', name), council, number)]


class People:
    """Accounts of CLK past the server, one for each way of having rights; its SQL."""

    def __init__(self, roles):
        self.sql, self.actors, self.number = [], [], 100
        today, before, after = (time.strftime('%Y-%m-%d', time.gmtime(time.time() + days * 86400))
                                for days in (0, -9, 9))
        for role in roles:
            grants = [(council, role, before, after) for council in COUNCILS]
            self.add('only.' + role, grants, ['CLK', 'STI'], [role])
            if role not in ('administrator', 'ict-officer'):
                self.add('service.' + role, grants[:1], ['CLK'], [role], service=SERVICE)
        self.add('only.account', [], ['CLK'], [])
        for role in ('administrator', 'ict-officer'):
            self.add('elsewhere.' + role, [('STI', role, before, after)], ['CLK'], [])
            self.add('early.' + role, [('CLK', role, after, after)], ['CLK'], [])
            self.add('late.' + role, [('CLK', role, before, before)], ['CLK'], [])
            self.add('ended.' + role, [('CLK', role, before, after)], ['CLK'], [], ended=True)
        self.add('closed', [('CLK', 'administrator', before, after)], ['CLK'], [], closed=True)
        self.add('glass', [(council, role, before, after) for council in COUNCILS
                           for role in ('head-of-service', 'auditor')], ['CLK'], ['break-glass'])
        self.sql.append("UPDATE account SET break_glass = TRUE WHERE login = 'glass'")
        self.add('joint', [('CLK', 'member', before, after), ('STI', 'administrator', today, today)],
                 ['CLK'], ['member'])

    def add(self, name, grants, acting, roles, ended=False, closed=False, service=''):
        self.number += 1
        account, now = self.number, int(time.time() * 1000)
        self.sql += account_sql(account, 1, name, 'closed' if closed else 'open')
        for number, (council, role, starts, ends) in enumerate(grants):
            self.sql.append(
                "INSERT INTO role_grant (id, council, account, role, starts, ends, made_at, "
                "ended_at, service) VALUES (%d, %d, %d, '%s', '%s', '%s', 1, %s, '%s')" % (
                    1000 * account + COUNCILS[council] + 10 * number, COUNCILS[council], account,
                    role, starts, ends, '2' if ended else 'NULL', service))
        for council in acting:
            actor = Actor(name, council, roles, not closed, service)
            # Its session, its token and its kept form have this number.
            actor.session = actor.token = 1000 * account + COUNCILS[council]
            self.sql.append("INSERT INTO session (id, council, account, acting, made_at, seen_at) "
                            "VALUES (%d, 1, %d, %d, %d, %d)" % (actor.session, account,
                                                                COUNCILS[council], now, now))
            self.sql.append(
                "INSERT INTO api_token (id, council, account, acting, name, may_write, made_at, "
                "ends_at) VALUES (%d, 1, %d, %d, 'x', TRUE, 1, %d)" % (
                    actor.token, account, COUNCILS[council], now + 10**9))
            self.sql.append("INSERT INTO kept_form (id, council, account, session, acting, path, "
                            "fields, kept_at) VALUES (%d, 1, %d, 1, %d, '/risks', A_BLOB, %d)" % (
                                actor.session, account, COUNCILS[council], now))
            for kind in ('session', 'token'):
                self.sql.append("INSERT INTO identity_key (hash, kind, council, subject) VALUES "
                                "('%s', '%s', 1, %d)" % (key_hash(kind, actor.secret), kind,
                                                         actor.session))
            self.actors.append(actor)


def entries_sql(council, number, service, joint):
    """An entry of each register; what is joint has what not everybody reads."""
    shared = 'TRUE' if joint else 'FALSE'
    entry = {'council': council, 'number': number, 'version': 1, 'shared': shared, 'joint': shared,
             'shared_at': '1' if joint else 'NULL', 'shared_by': "'x'" if joint else 'NULL',
             'made_at': 1, 'changed_at': 1, 'changed_by': "'x'", 'service': "'%s'" % service,
             'title': "'x'", 'owner_post': "'x'"}
    own = {
        'risk': {'state': 'open', 'description': 'x', 'cause': '', 'effect': '',
                 'category': 'finance', 'inherent_likelihood': 1, 'inherent_impact': 1,
                 'current_likelihood': 1, 'current_impact': 1, 'controls': '',
                 'review_due': '2030-01-01', 'escalated': False, 'cost': 7771234 if joint else 1},
        'action': {'state': 'open', 'source': '', 'risk': '', 'detail': '', 'assigned': '',
                   'due': '2030-01-01', 'outcome': ''},
        'obligation': {'state': 'current', 'law': 'x', 'rag': 'red', 'how_met': 'x',
                       'evidence': '', 'next_check': '2030-01-01', 'risk': '',
                       'advice': SECRET['obligation advice'] if joint else ''},
        'policy': {'state': 'draft', 'area': 'finance', 'summary': 'x', 'kept': '',
                   'review_due': '2030-01-01', 'adopted': ''},
        'query': {'state': 'put' if joint else 'draft', 'year': '2014-15', 'period': 'P03',
                  'pool': 'x', 'cost_group': '', 'bearer': '', 'source_line': '', 'detail': 'x',
                  'disputed': 1, 'answers': '', 'answer': '', 'outcome': '',
                  'corrected_from': '', 'stage': ''},
        'initiative': {'state': 'running', 'purpose': 'x', 'decision': '',
                       'starts': '2030-01-01', 'cost_centres': '', 'pool': ''},
        'memorandum': {'state': 'final', 'kind': 'leave', 'amount': 1, 'valued_at': '2030-01-01',
                       'method': 'x', 'source': 'x', 'bearer': 'CLK', 'split': '', 'detail': ''},
        'fund': {'state': 'held', 'funder': 'x', 'conditions': 'x', 'amount': 1,
                 'starts': '2030-01-01', 'cost_centres': 'x', 'accounts': '',
                 'may_share': False},
    }
    sql = []
    for register, fields in own.items():
        row = dict(entry, **{name: str(value).upper() if isinstance(value, bool) else
                             "'%s'" % value if isinstance(value, str) else value
                             for name, value in fields.items()})
        sql.append('INSERT INTO %s (%s) VALUES (%s)' % (
            register, ', '.join(row), ', '.join(str(value) for value in row.values())))
    return sql


def objects_sql():
    """Of each council a job, an entry of each register, and somebody without a role in either."""
    sql = []
    for council in COUNCILS.values():
        sql += account_sql(90 + council, council, 'plain.%d' % council)
        for job, kind in ((7000 + council, 'test.policy'), (8500 + council, 'council.export')):
            sql.append("INSERT INTO job (id, council, kind, priority, state, not_before, added_at, "
                       "attempt, token, cancel_wanted) VALUES (%d, %d, '%s', 5, 'queued', "
                       "4000000000000, 1, 0, 0, FALSE)" % (job, council, kind))
            sql.append("INSERT INTO job_detail (job, council, asked_by, arguments, checkpoint, "
                       "progress_at, progress_done, progress_of, progress_words, outcome, result) "
                       "VALUES (%d, %d, 'x', '{}', '', 5, 3, 4, 'x', '', '')" % (job, council))
        sql.append("INSERT INTO oidc_group (id, council, name, role) VALUES (%d, %d, 'x', 'clerk')"
                   % (500 + council, council))
        sql.append("INSERT INTO saved_view (id, council, account, made_by, register, name, query, "
                   "shared, made_at) VALUES (%d, %d, %d, 'x', 'risk', 'x', '', TRUE, 1)" % (
                       9000 + council, council, 90 + council))
        sql.append("INSERT INTO two_key (id, council, partners, shared, kind, subject, effective, "
                   "overtakes, payload, preparers, state, made_at, revision) VALUES (%d, %d, "
                   "',1,2,', FALSE, 'data-sharing', 'x', '2030-01-01', FALSE, '{}', ',9,', "
                   "'draft', 1, 1)" % (8000 + council, council))
        # Of a kind that accountants prepare, and others not.
        sql.append("INSERT INTO two_key (id, council, partners, shared, kind, subject, effective, "
                   "overtakes, payload, preparers, state, made_at, revision) VALUES (%d, %d, "
                   "',1,2,', FALSE, 'basis', 'x', '2030-01-01', FALSE, '{}', ',9,', "
                   "'draft', 1, 1)" % (8050 + council, council))
        for number, (service, joint) in ENTRIES.items():
            sql += entries_sql(council, number, service, joint)
    return sql


# What a run of no lines is worked out from.
RUN = {
    'partnership': 'key,value\nyear,2014-15\n', 'partners': 'partner,name\nCLK,C\nSTI,S\n',
    'services': 'service,name,lead\ns,S,CLK\n',
    'pools': 'pool,name,service,kind,from,to,basis\np,P,s,common,,,e\n',
    'bases': 'basis,name,kind,places,tolerance,estimate,actual,unit,source\ne,E,equal,,,,,,\n',
    'basis_values': 'basis,from,partner,value\n', 'accounts': 'partner,account,group\nCLK,1,g\n',
    'cost_centres': 'partner,cost_centre,account,from,to,treatment,pool,bearer\n',
    'sums': 'partner,cost_centre,account,period,lines,pence\n',
}
CLOSED = {
    'settlement': 'kind,pool,period,group,partner,borne,paid,net\n',
    'bill': 'service,from,to,amount\n',
    'pennies': 'pool,period,group,partner,borne,carried_pence\n',
    'journal-CLK': 'period,service,kind,pool,group,debit,credit\n',
    'journal-STI': 'period,service,kind,pool,group,debit,credit\n',
}


def run_sql():
    """A run, and a question of each council's to it."""
    sql = ["INSERT INTO money_run (id, year, through, book, state, job, made_for, made_at, made_by, "
           "ended_at, outcome, lines, faults, inputs) VALUES (9700, '2014-15', 3, 'ledger', "
           "'closed', 1, 1, 1, 'x', 2, '', 0, 0, '%s')" % (64 * '0')]
    sql += ["INSERT INTO money_run_file (run, name, bytes, sha256) VALUES (9700, "
            "'%s.csv', '%s', '%s')" % (name, text, 64 * '0') for name, text in [
                *CLOSED.items(), *(('input/' + name, text) for name, text in RUN.items())]]
    sql += ["INSERT INTO restatement (id, run, map_year, map_period, made_for, made_at, made_by, "
            "lines, inputs) VALUES (9690, 9700, '2014-15', 13, 1, 1, 'x', 0, '%s')" % (64 * '0'),
            "INSERT INTO restatement_file (restatement, name, bytes, sha256) VALUES (9690, "
            "'settlement.csv', '%s', '%s')" % (CLOSED['settlement'], 64 * '0')]
    sql += ["INSERT INTO journal_layout (id, council, system, version, words, made_at, made_by) "
            "VALUES (%d, %d, 'x', 1, 'column A = account\ncolumn B = amount\n', 1, 'x')" % (
                9650 + number, number) for number in COUNCILS.values()]
    return sql + ["INSERT INTO what_if (id, council, run, name, assignments, shared, made_at, "
                  "made_by) VALUES (%d, %d, 9700, 'x', 'setting.rounding=period', FALSE, 1, 'x')" %
                  (9600 + number, number) for number in COUNCILS.values()]


EVIDENCE = {}       # of each council a kept file: by its code
IMPORTS = {'risk': 9500, 'action': 9510, 'obligation': 9520, 'policy': 9530,
           'query': 9540, 'initiative': 9550, 'memorandum': 9560, 'fund': 9570}


def keep_files(port, actors):
    """A file of each council, which only the server can seal."""
    for actor in actors:
        if actor.name == 'only.clerk':
            walker = Walker(port, [])
            body = walker.ask(actor, 'POST', '/api/v1/evidence?name=x', actor.acting, True)[2]
            EVIDENCE[actor.acting] = json.loads(body)['id']


def attach_sql():
    """That file to the council's entry of each register."""
    return ["INSERT INTO evidence_link (council, partners, evidence, subject_kind, subject_id, "
            "made_at, made_by) VALUES (%d, '', '%s', '%s', '%s-%d', 1, 'x')" % (
                COUNCILS[council], file, register, council, number)
            for council, file in EVIDENCE.items() for register in REGISTERS
            for number in ENTRIES]


def imports_sql():
    """An import of that file into each register, that made the council's entry."""
    return ["INSERT INTO register_import (id, council, register, evidence, name, sheet, heading, "
            "state, version, made_by, made_at, added_by, added_at, first_entry, entries) VALUES "
            "(%d, %d, '%s', '%s', 'x', '', 1, 'added', 1, 'x', 1, 'x', 1, 1, 1)" % (
                number + COUNCILS[council], COUNCILS[council], register, file)
            for council, file in EVIDENCE.items() for register, number in IMPORTS.items()]


def import_sql():
    """Of each council a profile, and an import of its file that was refused, with an error file."""
    sql = ["INSERT INTO joint_year (year, begun_for, begun_at, begun_by) VALUES ('2014-15', 1, 1, "
           "'x')"]
    sql += ["INSERT INTO joint_period (year, number, state, changed_at, changed_by) VALUES "
            "('2014-15', %d, 'open', 1, 'x')" % number for number in range(1, 14)]
    sql.append("INSERT INTO on_account (id, year, number, service, creditor, debtor, pence, "
               "reference, paid_on, recorded_at, recorded_by, state) VALUES (9670, '2014-15', 1, "
               "'x', (SELECT MIN(id) FROM council), (SELECT MAX(id) FROM council), 1, 'x', "
               "'2014-06-30', 1, 'x', 'waiting')")
    for council, file in EVIDENCE.items():
        number = COUNCILS[council]
        sql.append("INSERT INTO extract_profile (id, council, system, version, words, guessed, "
                   "made_at, made_by) VALUES (%d, %d, 'x', 1, 'x', FALSE, 1, 'x')" % (
                       9100 + number, number))
        sql.append("INSERT INTO basis_file (id, council, evidence, basis, words, control, given, "
                   "counted, left_out, made_at, made_by) VALUES (%d, %d, '%s', 'X', 'x', '1', '', "
                   "0, 0, 1, 'x')" % (9660 + number, number, file))
        sql.append("INSERT INTO ledger_import (id, council, year, evidence, profile, state, job, "
                   "control_lines, control_pence, lines, left_out, refused, pence, outcome, "
                   "errors, made_at, made_by) VALUES (%d, %d, '2014-15', '%s', %d, 'refused', %d, "
                   "1, 1, 0, 0, 1, 0, 'x', '%s', 1, 'x')" % (
                       9200 + number, number, file, 9100 + number, 7000 + number, file))
    return sql


def number_of(what, council, actor, own):
    """Of a record of the council that a route calls `what`; the actor's own, or another's."""
    if what == 'evidence':
        return EVIDENCE[council]
    if what in ('session', 'token', 'form'):
        # Another's: of the first account that was added, or, for that one, of the second.
        return actor.session if own else (102001 if actor.session // 1000 == 101 else 101001)
    if what in REGISTERS:
        return '%s-%d' % (council, 2 if actor.service else 1)
    if what == 'role':
        return 'clerk' if own else 'nobody'
    if what == 'proposal' and actor.name == 'only.accountant':
        return 8050 + COUNCILS[council]
    if what == 'year':
        return '2014-15' if own else '2013-14'
    if what == 'run':               # joint: there is one for both
        return 9700 if own else ABSENT
    if what == 'restatement':       # joint, too
        return 9690 if own else ABSENT
    if what == 'payment':           # joint
        return 9670 if own else ABSENT
    if what == 'paper':
        return 'bill.pdf' if own else 'nothing.pdf'
    if what == 'error':
        return 'needed'
    if what == 'page':
        return 'job-list'
    if what == 'file':
        return 'columns.csv' if own else 'nothing.csv'
    numbers = {'job': 7000, 'export': 8500, 'grant': 101000, 'account': 90, 'group': 500,
               'proposal': 8000, 'view': 9000, 'profile': 9100, 'import': 9200,
               'question': 9600, 'layout': 9650, 'values': 9660,
               **IMPORTS}
    return numbers[what.removesuffix(' import')] + COUNCILS[council]


# --- the walk ---

# What is made by one macro for each register (register_rows.h), and is a list in another form or a
# page's call: asked for of the risks alone; of the registers of money what hangs on an entry or a
# file, too. Whose right it has is compared for all of them, above.
BESIDE = 'initiatives|memoranda|funds'
MONEY = 'queries|' + BESIDE
LISTS = 'actions|obligations|policies|' + MONEY
AS_THE_RISKS = re.compile(
    r'/(%s)\.(json|xlsx|ods|atom)$|^/api/v1/(%s)/.*/(files|state|sharing)|'
    r'/(%s)(\.csv$|/imports?\b|/\{\w+:word\}/(sharing|comments|files))|'
    r'^/new-(initiative|memorandum|fund)$|^(/api/v1)?/(%s)/.*/edit$|^/api/v1/(%s)\b' % (
        LISTS, LISTS, MONEY, BESIDE, BESIDE))
# What is asked of one engine; the other is asked what it shows.
OF_ONE_ENGINE = re.compile(r'^(/api/v1)?/(%s)/.|^/new-query$' % MONEY)
# Pages that lead to another one.
LEADS = ('/money/queries', '/money/queries/new', '/money/on-account')


# What is asked of a run must say of which figure.
RUN_ASKED = re.compile(r'/runs/\{run\}/(working|lines)')


class Walker:
    """One connection, and what was wrong."""

    def __init__(self, port, rules):
        self.port, self.rules = port, rules
        self.link = http.client.HTTPConnection('127.0.0.1', port, timeout=30)
        self.faults, self.asked = [], 0

    def ask(self, actor, method, path, body=None, api=False):
        headers = {'Host': '127.0.0.1:%d' % self.port}
        if actor is not None and api:
            headers['Authorization'] = 'Bearer ochil_' + actor.secret
        elif actor is not None:
            headers['Cookie'] = '%s=%s' % (COOKIE, actor.secret)
        if body is not None and api:
            headers['Content-Type'] = 'application/json'
        elif body is not None:
            headers.update({'Content-Type': 'application/x-www-form-urlencoded',
                            'Origin': 'http://127.0.0.1:%d' % self.port,
                            'Sec-Fetch-Site': 'same-origin'})
        self.asked += 1
        self.link.request(method, path, body, headers)
        response = self.link.getresponse()
        text = response.read()
        return (response.status,
                # A body that is not let in is not waited for: its connection ends.
                [h for h in response.getheaders() if h[0] not in ('Date', 'RateLimit', 'Set-Cookie',
                                                                  'Connection')],
                re.sub(rb'value="[0-9a-f]{64}"', b'', text))

    def expect(self, actor, method, rule, whose, got, wanted):
        if got != wanted:
            self.faults.append('%s: %s (%s) of %s\n  got %r\n  wanted %r' % (
                actor or 'a stranger', rule.verb, method, whose, got, wanted))

    def absent(self, actor, method, api):
        """What is answered to what does not exist."""
        body = None if method == 'GET' else '{}' if api else self.form(actor)
        path = '/api/v1/no/such/call' if api else '/no/such/page'
        return self.ask(actor, method, path, body, api)

    @staticmethod
    def form(actor):
        return FIELDS + ('&form_token=' + actor.form_token if actor else '')

    def let_in(self, rule, path, actor):
        """Is this somebody let in, without doing anything?"""
        if rule.method == 'GET':
            # The export that is there waits to be packed.
            # So does the evidence of a month that is not locked.
            waits = rule.route.endswith(('/exports/{export}/file', '/bundle', '/signature',
                                         '/sample.csv'))
            leads = rule.route in LEADS
            asks = '?q=words' if rule.route == '/api/v1/search' else \
                '?run=9700&set=setting.rounding=period' if rule.route.endswith('/answer') else \
                '?pool=p&period=P03' if RUN_ASKED.search(rule.route) else ''
            if rule.route.startswith('/api/v1/documents'):
                asks = '?year=2014-15&period=P03'
            return self.ask(actor, 'GET', path + asks, None, rule.api)[0], (
                409 if waits else 303 if leads else 200)
        if rule.api:
            return self.ask(actor, rule.method, path, '{', True)[0], 400
        return self.ask(actor, 'POST', path, FIELDS)[0], 403    # no form's token

    def one_actor(self, actor):
        """Everything, as one actor; None: a stranger."""
        plain = {(method, api): self.absent(actor, method, api)
                 for method in ('GET', 'POST', 'PUT') for api in (False, True)}
        routes = set()
        for rule in self.rules:
            if 'open' in rule.whose or AS_THE_RISKS.search(rule.route):
                continue
            what = rule.what
            allowed = actor is not None and actor.account and rule.allows(actor)
            acting = actor.acting if actor else 'CLK'
            partner = 'STI' if acting == 'CLK' else 'CLK'
            none = plain[rule.method, rule.api]
            own = rule.path(what and number_of(what, acting, actor or STRANGER, True))
            if allowed:
                self.expect(actor, rule.method, rule, 'own', *self.let_in(rule, own, actor))
            bodies = {'own': own} if not allowed else {}
            if what:
                bodies['partner'] = rule.path(number_of(what, partner, actor or STRANGER, False))
                bodies['absent'] = rule.path(ABSENT if what != 'evidence' else '0' * 32)
            if actor and actor.service and what in REGISTERS:
                bodies['no service'] = rule.path('CLK-1')
                bodies['another service'] = rule.path('CLK-3')
            for whose, path in bodies.items():
                body = None if rule.method == 'GET' else '{}' if rule.api else self.form(actor)
                self.expect(actor, rule.method, rule, whose,
                            self.ask(actor, rule.method, path, body, rule.api), none)
            if rule.route not in routes and not (actor and actor.service):
                self.other_method(rule, own, actor)
            routes.add(rule.route)
        self.what_is_shown(actor)

    def what_is_shown(self, actor):
        if actor is not None and actor.account:
            self.lists(actor)
            self.fields(actor)

    def allowed(self, verb, actor):
        return any(rule.verb == verb and rule.allows(actor) for rule in self.rules)

    def lists(self, actor):
        """Each list, file and call has the entries that the actor's roles are for."""
        partner = 'STI' if actor.acting == 'CLK' else 'CLK'
        wanted = ([actor.acting + '-2'] if actor.service else
                  ['%s-%d' % (actor.acting, number) for number in ENTRIES] + [partner + '-4'])
        for register, many in REGISTERS.items():
            for form, api in (('/%s.json', False), ('/%s.csv', False), ('/api/v1/%s', True),
                              ('/%s?q=x', False)):
                if not self.allowed('%s list' % register, actor):
                    continue
                text = self.ask(actor, 'GET', form % many, None, api)[2].decode()
                found = sorted(set(re.findall(r'\b(?:CLK|STI)-[1-4]\b', text)))
                if found != sorted(wanted):
                    self.faults.append('%s: %s has %s' % (actor, form % many, found))

    def fields(self, actor):
        """What not everybody reads, in every answer that shows the entry."""
        if actor.service:
            return
        for name, (own, reads, writes) in FIELDS_TOLD.items():
            register, field = name.split()
            many = REGISTERS[register]
            for council in COUNCILS:
                may_read = (not own or council == actor.acting) and bool(
                    reads & (actor.roles | {'*'}))
                may_write = may_read and bool(writes & (actor.roles | {'*'}))
                for verb, path, shown in (
                        ('%s show', '/%s/%s-4', may_read), ('%s edit', '/%s/%s-4/edit', may_write),
                        ('api %s show', '/api/v1/%s/%s-4', may_read)):
                    if not self.allowed(verb % register, actor):
                        continue
                    text = self.ask(actor, 'GET', path % (many, council), None,
                                    verb.startswith('api'))[2].decode()
                    there = field in json.loads(text) if verb.startswith('api') else \
                        'name="%s"' % field in text if verb.endswith('edit') else \
                        SECRET[name].replace('77712', '77,712') in text
                    if there != shown or (not shown and SECRET[name] in text):
                        self.faults.append('%s: %s of %s-4 is %s' % (
                            actor, name, council, 'shown' if there else 'not shown'))

    def other_method(self, rule, path, actor):
        if rule.alike is None:
            rule.alike = [other for other in self.rules if other.form.fullmatch(path)]
        may = actor is not None and actor.account and any(
            other.allows(actor) for other in rule.alike)
        got = self.ask(actor, 'DELETE', path, None, rule.api)[0]
        stranger = actor is None or not actor.account
        wanted = 405 if may else (401 if rule.api else 303) if stranger else 404
        self.expect(actor, 'DELETE', rule, 'own', got, wanted)


STRANGER = Actor('nobody', 'CLK', [], False)
STRANGER.session = STRANGER.token = 1


def walk(t, engine, server, rules, actors):
    """In three threads: the server has more workers than Python has time."""
    def run(part):
        walker = Walker(server.port, rules)
        for actor in part:
            # What a role for a service may do is asked of one engine, what it is shown of both.
            if actor and actor.service and engine != 'SQLite':
                walker.what_is_shown(actor)
            else:
                walker.one_actor(actor)
        return walker
    if engine != 'SQLite':
        rules = [rule for rule in rules if not OF_ONE_ENGINE.search(rule.route)]
    everybody = [None] + actors
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        walkers = list(pool.map(run, [everybody[part::3] for part in range(3)]))
    faults = [fault for walker in walkers for fault in walker.faults]
    asked = sum(walker.asked for walker in walkers)
    t.check('%s: %d requests of %d people are answered as the policy says' % (
        engine, asked, len(everybody)), '\n'.join(faults[:8]) + '\n%d in all' % len(faults)
        if faults else None)
    t.check('%s: and it was asked much' % engine, None if asked > 1500 else str(asked))


def read_trail(t, engine, server, actor):
    """Each council's entries were made by its own administrator, and by nobody else."""
    body = Walker(server.port, []).ask(actor, 'GET', '/trail/export')[2].decode()
    seen = [council for council in COUNCILS if '"first.of.%s"' % council.lower() in body]
    t.check("%s: the trail of %s's auditor is %s's" % (engine, actor.acting, actor.acting),
            None if seen == [actor.acting] else 'also of %s' % seen)


def one_engine(t, build, engine, folder, owner_url, url, rules, roles):
    owner = Served(build, folder, owner_url)
    links = owner.init(*(['--role', 'ochil_app'] if url else []))
    people = People(roles)
    place = owner_url or os.path.join(folder, 'ochil.db')
    tool = ['psql', '-qX', '-v', 'ON_ERROR_STOP=1', place] if owner_url else [
        'sqlite3', '-bail', '-cmd', '.timeout 5000', place]     # the server writes, too

    def put(sql):
        words = ';\n'.join(sql).replace('A_BLOB', "'x'" if owner_url else "x'00'") + ';\n'
        subprocess.run(tool, input=words, text=True, check=True, stdout=subprocess.DEVNULL)
    put(people.sql + objects_sql())
    with Served(build, folder, url) as server:
        for link, login in zip(links, ('first.of.clk', 'first.of.sti')):
            Browser(server.port).become_first(link, login)
        keep_files(server.port, people.actors)
        put(attach_sql() + imports_sql() + import_sql() + run_sql())
        walk(t, engine, server, rules, people.actors)
        for actor in people.actors:
            if actor.name == 'only.auditor':
                read_trail(t, engine, server, actor)


def main():
    given, build = engines.options(walk='only the walk, on SQLite')
    t = tap.Tap()
    rules, faults = read_policy()
    t.check('the policy can be read', '\n'.join(faults) if faults else None)
    if not given.walk:
        compare_tables(t, build, rules)
    return engines.both(t, build, one_engine, rules, read_roles(), file=given.walk)


if __name__ == '__main__':
    sys.exit(main())
