"""every_page.py -- an address of every page in docs/policy.txt, and somebody who may see it: on a
sample store with a locked month, and what else it takes that no page is without its rows."""
import re

from basis_test import draft
from policy_test import REGISTERS, read_policy
from sign_test import Office, evidence, until

# Whose page it is: the first of these that may.
OFFICES = (('head-of-finance', 'finance.clk'), ('accountant', 'accounts.clk'),
           ('head-of-service', 'service.clk'), ('programme-manager', 'programme.clk'),
           ('legal-officer', 'legal.clk'), ('clerk', 'clerk.clk'), ('ict-officer', 'ict.clk'),
           ('administrator', 'admin.clk'), ('account', 'member.clk'), ('anybody', 'member.clk'))
# Of these a file is the answer, not a page.
A_FILE = re.compile(r'(csv|json|xlsx|ods|atom|file|template|bad|errors|fetch|signature|bundle|'
                    r'charged|corrected|accounts|centres|moves|download|document|queries|ask|[a-z]*-file)$')
# No page, or seen elsewhere.
ELSEWHERE = {
    'metrics show': 'for programs', 'ready show': 'for programs', 'alive show': 'for programs',
    'style show': 'no page', 'script show': 'no page',
    'login elsewhere': 'leads to a provider', 'login back': 'comes from one',
    'link go': 'leads to a provider', 'login test': 'leads to a provider',
    'invited go': 'leads to a provider',
    'login show': 'walk.mjs begins there', 'first show': 'walk.mjs begins there',
    'password show': 'its form is that of first show; web_test.py reads it',
    'on-account first': 'leads to the page of a year',
    'form show': 'walk.mjs has one', 'job show': 'walk.mjs has one',
    'help show': 'walk.mjs reads them all',
}
PARTS = {'year:year': '2014-15', 'period:word': 'P01', 'run': '2', 'import': '1', 'question': '1',
         'profile': '1', 'layout': '1', 'role:word': 'clerk', 'account': '2',
         'proposal': '3', 'restatement': '1', 'error:word': 'amount', 'paper:word': 'bill.html', 'values': '1'}
ASKED = {'working show': '?pool=ED-PRI&period=P01', 'lines show': '?pool=ED-PRI&period=P01',
         'line show': '?cost_centre=71001H&account=10100&period=P01',
         'settlement show': '?paid=yes&compare=run', 'locked sample': '?seed=x',
         'what-if new': '?run=2&pool=ED-PRI&on=SECONDARY', 'search show': '?q=council',
         'proposal new': '?kind=cost-model'}


class Pages:
    def __init__(self, server):
        self.office, self.people = Office(server.port), {}
        self.prepare()

    def person(self, login):
        if login not in self.people:
            self.people[login] = self.office.come(login)
        return self.people[login]

    def prepare(self):
        """A locked month with its bundle, a layout, a draft, a file that somebody has kept."""
        self.office.lock(1)
        until(self.office.clk, evidence(1), 'not made yet')
        self.office.books.post('/money/layouts', {'system': 'Ledger', 'words':
                                                  'column A = account\ncolumn B = amount'},
                               page='/money/layouts/new')
        self.office.books.send('/money/basis-files', [('basis', 'ROLL')], [
            ('file', 'roll.csv', 'text/csv', b'Council,Pupils\nCLK,1\nSTI,2\n')])
        self.office.books.post('/money/2014-15/P01/restatements', {'as': '2014-15/P13'},
                               page='/money/2014-15/P01/restatements')
        self.draft = draft(self.office.books, 'cost-model', '2015-16', effective='2015-04-01',
                           name='Draft', sight='none', services='s,Schools,STI',
                           pools='p,Schools,s,common,,,PLACES').location
        self.person('legal.clk').send('/evidence', [], [('file', 'x.txt', 'text/plain', b'x')])
        self.kept = re.search(r'/evidence/[0-9a-f]{32}',
                              self.person('legal.clk').get('/evidence').body).group(0)

    def address(self, rule, who):
        register = rule.verb.split()[0]
        if rule.verb == 'proposal edit':
            return self.draft + '/edit'
        if rule.verb.startswith('evidence ') and '{evidence' in rule.route:
            return self.kept + ('/erase' if 'erase' in rule.verb else '')
        if rule.verb == register + ' import show':
            many = rule.route.split('/')[1]
            return who.send('/%s/import/new' % many, [], [
                ('file', 'more.csv', 'text/csv', b'Title\nOne more\n')]).location
        path = rule.route
        if register in REGISTERS:
            path = path.replace('{%s:word}' % register, 'CLK-1')
        path = re.sub(r'\{([a-z]+(?::\w+)?)\}',
                      lambda found: PARTS.get(found.group(1), found.group(0)), path)
        return path + ASKED.get(rule.verb, '')

    def all(self):
        """For walk.mjs: who sees which pages, and what could not be seen, in words."""
        pages, missed = [], []
        for rule in read_policy()[0]:
            if rule.method != 'GET' or rule.route.startswith('/api/v1/') or \
                    rule.verb in ELSEWHERE or A_FILE.search(rule.verb):
                continue
            login = next(login for role, login in OFFICES if role in rule.who)
            if rule.verb == 'evidence show':
                login = 'legal.clk'
            path = self.address(rule, self.person(login))
            answer = self.person(login).get(path or '/nowhere')
            if answer.status == 200:
                pages.append((rule.verb, login, path))
            else:
                missed.append('%s: %s answers %s with %d' % (rule.verb, path, login,
                                                             answer.status))
        return {'base': self.person('finance.clk').origin().replace('127.0.0.1', 'localhost'),
                'people': {login: who.cookie for login, who in self.people.items()},
                'pages': pages, 'missed': missed}
