#!/usr/bin/env python3
"""risk_test.py -- the risk register as both councils' people and programs meet it.

    risk_test.py [--ochil PATH]

The same on a SQLite file and on PostgreSQL with row-level security in force.
"""
import concurrent.futures
import csv
import datetime
import html
import io
import json
import os
import re
import sys
import time
import urllib.parse
import xml.etree.ElementTree
import zipfile

import api_schema
import engines
import import_rows
import said
import tap
from served import Browser, Served
from web_test import Suite, change

CANARY = '<script>canary</script>"\'&'
FIT = {'title': 'The payroll run fails', 'description': 'Both councils pay late.',
       'cause': 'One server', 'effect': 'Staff are not paid', 'category': 'finance',
       'inherent_likelihood': '4', 'inherent_impact': '4', 'current_likelihood': '3',
       'current_impact': '3', 'target_likelihood': '', 'target_impact': '',
       'owner_post': 'Head of Finance', 'controls': 'Tested each month',
       'review_due': '2030-04-01'}


def risk(**fields):
    return dict(FIT, **fields)


def version(browser, reference):
    found = re.search(r'name="version" value="(\d+)"', browser.get('/risks/' + reference).body)
    return found.group(1)


def add(browser, **fields):
    """Its reference."""
    return browser.post('/risks', risk(**fields), page='/new-risk').location.split('/')[-1]


def step(browser, reference, path, **fields):
    page = '/risks/' + reference
    return browser.post(page + path, dict(fields, version=version(browser, reference)), page=page)


# --- a risk's life ---

def forms(s, who):
    s.true('an empty register says what a risk is', 'No risk is recorded yet' in
           who.get('/risks').body)
    bad = who.post('/risks', risk(title='', category='weather', current_impact='5',
                                  review_due='2030-02-30', target_impact='1', cause=CANARY),
                   page='/new-risk')
    s.same('what is not fit is refused', bad.status, 422)
    links = re.findall(r'<li><a href="#(\w+)">', bad.body)
    s.same('all at once, with a link to each', links, ['title', 'category', 'current_impact',
                                                      'target_likelihood', 'review_due'])
    s.true('each beside its field', all('id="%s-error"' % name in bad.body for name in links))
    s.true('and what was typed is kept, escaped', html.escape(CANARY).replace('&#x27;', '&#39;')
           in bad.body and 'value="2030-02-30"' in bad.body and '<script>' not in bad.body, bad.body)
    made = who.post('/risks', risk(title='=1+1', description=CANARY), page='/new-risk')
    s.same('a risk is recorded', (made.status, made.location), (303, '/risks/CLK-1'))
    page = who.get('/risks/CLK-1').body
    s.true('it is shown, escaped', '<script>' not in page and '&lt;script&gt;canary' in page, page)
    s.true('with its scores and rating', '16: likelihood 4, impact 4, high' in page and
           '9: likelihood 3, impact 3, medium' in page, page)
    s.true('and who sees it', 'Seen by this council alone' in page)


def edits(s, who):
    page = who.get('/risks/CLK-1/edit')
    s.true('the form has what there is', 'value="=1+1"' in page.body, page.body)
    given = version(who, 'CLK-1')
    fields = risk(title='=1+1', description=CANARY, controls='Two servers', version=given,
                  why='bought one')
    s.same('it is changed', who.post('/risks/CLK-1', fields, page='/risks/CLK-1/edit').location,
           '/risks/CLK-1')
    shown = who.get('/risks/CLK-1').body
    s.true('history has before, after, who and why', re.search(
        r'Controls in place</td>.{0,60}Tested each month</td>.{0,60}Two servers</td>'
        r'<td>first.clk</td>.*?bought one', shown, re.S) is not None, shown)
    late = who.post('/risks/CLK-1', dict(fields, controls='Three <b>servers'),
                    page='/risks/CLK-1/edit')
    s.same('who comes late is told', late.status, 409)
    s.true('with both values', 'Two servers' in late.body and 'Three &lt;b&gt;servers' in late.body
           and 'version 2' in late.body.replace('\n', ' '), late.body)
    now = re.search(r'name="version" value="(\d+)"', late.body).group(1)
    s.same('and goes on from there', who.post('/risks/CLK-1', dict(fields, controls='Three',
                                                                   version=now),
                                              page='/risks/CLK-1/edit').status, 303)
    s.same('without a version it is a conflict', who.post('/risks/CLK-1', risk(),
                                                          page='/risks/CLK-1/edit').status, 409)


def race(s, who):
    """Eight at once, from one version."""
    given, token = version(who, 'CLK-1'), who.token('/risks/CLK-1')

    def run(number):
        fields = risk(title='Title %d' % number, version=given)
        return Browser(who.port, who.cookie).post('/risks/CLK-1', fields, token=token).status
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(run, range(8)))
    s.same('of eight who save at once one does', statuses, [303] + 7 * [409])


def life(s, who):
    none = step(who, 'CLK-1', '/state', event='close', why=' ')
    s.true('without a reason it is not closed', none.status == 422 and 'Say why' in none.body)
    s.true('and the choice is kept', '<option value="close" selected' in none.body, none.body)
    s.same('nor reopened', step(who, 'CLK-1', '/state', event='reopen', why='x').status, 422)
    s.same('it is closed', step(who, 'CLK-1', '/state', event='close', why='bought two').status,
           303)
    shown = who.get('/risks/CLK-1').body
    s.true('and says so', '<dd>Closed</dd>' in shown and 'bought two' in shown)
    s.same('reopened', step(who, 'CLK-1', '/state', event='reopen', why='again').status, 303)
    s.same('an old page changes no state', who.post(
        '/risks/CLK-1/state', {'event': 'close', 'why': 'x', 'version': '1'},
        page='/risks/CLK-1').status, 409)
    legal = add(who, category='legal')
    above = step(who, legal, '/state', event='tolerate', why='x')
    s.true('what is above appetite is not tolerated', above.status == 422 and
           'escalated' in above.body)
    who.post('/risks/' + legal, risk(category='legal', escalated='yes',
                                     version=version(who, legal)), page='/risks/' + legal)
    s.same('unless it was escalated', step(who, legal, '/state', event='tolerate',
                                           why='x').status, 303)
    s.same('a review', step(who, 'CLK-1', '/reviews', review_due='2031-01-01',
                            found='as before').status, 303)
    s.same('on no such day', step(who, 'CLK-1', '/reviews', review_due='2031-13-01',
                                  found='x').status, 422)
    s.same('a comment', step(who, 'CLK-1', '/comments', words=CANARY).status, 303)
    s.same('an empty one', step(who, 'CLK-1', '/comments', words=' ').status, 422)
    s.true('all escaped', '<script>' not in who.get('/risks/CLK-1').body)


def acts(s, who):
    """What is done about a risk stands in the register of actions, and on the risk's page."""
    s.true('an action against it is recorded from its page', 'href="/new-action?risk=CLK-1"' in
           who.get('/risks/CLK-1').body)
    who.post('/actions', {'title': CANARY, 'owner_post': 'ICT', 'due': '2030-01-01',
                          'risk': 'CLK-1'}, page='/new-action')
    page = who.get('/risks/CLK-1').body.split('Actions that name it')[1]
    s.true('and stands there with its day and state', 'href="/actions/CLK-' in page and
           'datetime="2030-01-01"' in page and 'Open' in page.split('</table>')[0], page)


# --- the list and its files ---

def lists(s, who):
    add(who, title='-2 below', category='technology', inherent_impact='5', current_likelihood='4',
        current_impact='5')
    add(who, title='\tTabbed, "quoted"', owner_post='+44 desk', cause='A cause')
    page = who.get('/risks').body
    s.true('each is listed once', all(page.count('href="/risks/CLK-%d"' % n) == 1
                                      for n in range(1, 5)), page)
    s.true('with how many there are', '4 of 4 risks' in page)
    s.true('the matrix counts, and says what in words', '<td>1 <small>very high</small></td>' in
           page and '<td>3 <small>medium</small></td>' in page, page)
    for query, wanted in (('rating=very+high', ['CLK-3']), ('state=tolerated', ['CLK-2']),
                          ('category=technology', ['CLK-3']), ('q=BELOW', ['CLK-3']), ('q=clk-4', ['CLK-4']),
                          ('owner_post=%2B44+desk', ['CLK-4']),
                          ('q=nothing', []), ('sort=current_score&down=yes&category=technology', ['CLK-3']),
                          ('sort=risk&down=yes', ['CLK-4', 'CLK-3', 'CLK-2', 'CLK-1']),
                          ('q=a+CAUSE', ['CLK-4']),
                          ('sort=cause', ['CLK-4', 'CLK-1', 'CLK-2', 'CLK-3']),
                          ('sort=current_score', ['CLK-1', 'CLK-2', 'CLK-4', 'CLK-3'])):
        listed = re.findall(r'href="/risks/(CLK-\d+)"', who.get('/risks?' + query).body)
        s.same('the list of %s' % query, listed, wanted)
        rows = list(csv.DictReader(io.StringIO(who.get('/risks.csv?' + query).body)))
        s.same('CSV of it', [row['risk'] for row in rows], wanted)
        s.same('JSON of it', [row['risk'] for row in json.loads(
            who.get('/risks.json?' + query).body)['risks']], wanted)
    for query in ('state=x', 'sort=x', 'rating=x', 'category=x', 'down=x', 'after=STI-1'):
        s.same('there is no %s' % query, who.get('/risks?' + query).status, 400)


def files(s, who):
    got = who.get('/risks.csv?sort=risk')
    rows = list(csv.DictReader(io.StringIO(got.body, newline='')))
    s.same('what a spreadsheet would reckon is text',
           [rows[2]['title'], rows[3]['owner_post']], ["'-2 below", "'+44 desk"])
    s.same('numbers stay numbers', [row['current_score'] for row in rows], ['9', '9', '20', '9'])
    s.same('commas and quotes come back', rows[3]['title'], 'Tabbed, "quoted"')
    s.true('it is a file', 'filename="risks.csv"' in dict(got.headers)['Content-Disposition'])
    for kind in ('xlsx', 'ods'):
        got = workbook(who, kind, '?sort=risk&rating=medium')
        s.true('%s: words are words, numbers numbers, days days' % kind, all(cell in got for cell in (
            "'+44 desk", '#9', '@2030-04-01', "'Rating", "'About this file", "'medium", '#3')), got)
        s.true('%s: and what is not on the screen is not there' % kind,
               "'CLK-1" in got and "'CLK-3" not in got, got)
    heads = re.findall(r'<th scope="col"[^>]*><a[^>]*>([^<]*)</a>', who.get('/risks').body)
    s.same('as many columns as on the screen', len(rows[0]), len(heads))
    about = json.loads(who.get('/risks.json?q=below&state=open').body)['about']
    s.same('JSON says what was asked for, by whom', [about[key] for key in (
        'council', 'by', 'words', 'state', 'rows', 'of')], ['CLK', 'first.clk', 'below', 'open', 1, 4])


def workbook(who, kind, query):
    """The cells of both sheets, each with what it is: ' words, # number, @ day."""
    raw = who.raw('/risks.%s%s' % (kind, query))
    with zipfile.ZipFile(io.BytesIO(raw)) as book:
        if kind == 'ods':
            content = book.read('content.xml').decode()
            cells = re.findall(r'value-type="(\w+)"(?: office:(?:date-)?value="([^"]*)")?[^>]*>'
                               r'(.*?)</table:table-cell>', content, re.S)
            return [{'string': "'", 'float': '#', 'date': '@'}[type_] +
                    (value or re.sub('<text:s/>', ' ', re.sub('</?text:p>', '', words)))
                    for type_, value, words in cells]
        content = ''.join(book.read('xl/worksheets/sheet%d.xml' % n).decode() for n in (1, 2))
    cells = []
    for style, words, value in re.findall(
            r'<c r="[A-Z]+\d+"(?: s="(\d)")?(?: t="inlineStr"><is><t[^>]*>(.*?)</t></is>|'
            r'><v>([^<]*)</v>)</c>', content, re.S):
        day = style == '1' and datetime.date(1899, 12, 30) + datetime.timedelta(int(value))
        cells.append('@%s' % day if day else '#' + value if value else "'" + words)
    return cells


# --- two councils ---

def councils(s, who, sti):
    none = sti.get('/risks/CLK-99').alike()
    s.same("the other council's risk, and none, are answered alike",
           [sti.get(path).alike() for path in ('/risks/CLK-1', '/risks/CLK-0', '/risks/x')],
           3 * [none])
    token = sti.token('/')
    absent = sti.post('/risks/CLK-99', risk(version='1'), token=token).alike()
    for path in ('', '/state', '/reviews', '/sharing', '/comments'):
        s.same('nor changed: %s' % (path or '/'), sti.post(
            '/risks/CLK-1' + path, risk(version='1', words='x'), token=token).alike(), absent)
    s.true('nor listed', 'CLK-' not in sti.get('/risks').body)
    s.true('nor in a file', 'CLK-' not in sti.get('/risks.csv').body + sti.get('/risks.json').body)
    s.same('both registers count from 1', add(sti, title='Theirs'), 'STI-1')
    s.same('shared', step(who, 'CLK-1', '/sharing', sharing='shared').status, 303)
    page = sti.get('/risks/CLK-1').body
    s.true('it is read, by whom it was shared', 'Shared: the other council' in page and
           'Said so by first.clk' in page, page)
    s.true('not what was said before', 'canary' not in page.split('<h2>Comments</h2>')[1], page)
    s.true('and not changed', 'Change this risk' not in page and
           sti.get('/risks/CLK-1/edit').status == 404 and
           sti.post('/risks/CLK-1', risk(version=version(who, 'CLK-1')), token=token).status == 404)
    s.same('but commented on', sti.post('/risks/CLK-1/comments', {'words': 'we have it, too'},
                                        token=token).status, 303)
    s.true('for both', 'we have it, too' in who.get('/risks/CLK-1').body)
    step(who, 'CLK-1', '/sharing', sharing='joint')
    s.same('joint, it is changed by both', sti.post(
        '/risks/CLK-1', risk(title='Ours', version=version(who, 'CLK-1')), token=token).status, 303)
    s.true('as both see', 'Ours' in who.get('/risks').body and 'second.clk' in
           who.get('/risks/CLK-1').body)
    s.same('who sees it is for the one whose it is', sti.post(
        '/risks/CLK-1/sharing', {'sharing': 'own', 'version': version(who, 'CLK-1')},
        token=token).status, 404)
    trail = sti.get('/trail/export').body
    s.true("the partner's trail has it since", 'risk.share' in trail and '"CLK-2"' not in trail)
    step(who, 'CLK-1', '/sharing', sharing='own')
    s.same('taken back, it is gone', sti.get('/risks/CLK-1').alike(), none)


# --- what is found ---

def found(browser, words, more=''):
    """The addresses of what the search shows, as it does."""
    page = browser.get('/search?q=' + urllib.parse.quote(words) + more).body
    return re.findall(r'<li><a href="(/[^"?]+)"', page.split('<main')[1].split('</main')[0])


def called(program, bearer, path, data=None, **headers):
    """Its status and what came, of a program."""
    headers.update(bearer)
    answer = program.ask('GET' if data is None else 'POST', '/api/v1' + path, data, headers)
    kind = dict(answer.headers).get('Content-Type', '')
    return answer.status, json.loads(answer.body) if 'json' in kind else answer.bytes


def attached_by_programs(s, who, sti):
    mine, theirs = '/risks/' + add(who), '/risks/' + add(sti)
    bearer, other = ({'Authorization': 'Bearer ' + token_of(one)} for one in (who, sti))
    program = Browser(who.port)

    def call(path, data=None, by=bearer, **headers):
        return called(program, by, path, data, **headers)
    s.same('an entry has no files', call(mine + '/files'), (200, []))
    status, file = call(mine + '/files?name=minute.txt', b'the minute')
    s.same('a program attaches one', (status, file['name'], file['size'], file['personal']),
           (201, 'minute.txt', 10, False))
    there = mine + '/files/' + file['id']
    s.same('it is listed, and fetched', (call(mine + '/files'), call(there)),
           ((200, [file]), (200, b'the minute')))
    s.true('the page shows it', 'minute.txt' in who.get(mine).body)
    s.same('what came is held against what was said', call(
        mine + '/files?name=x', b'x', **{'Content-Digest': 'sha-256=:AAAA:'})[0], 400)
    s.same('nothing, and what has no name, is not kept', [call(mine + path, data)[0] for path, data
           in (('/files?name=x', b''), ('/files', b'x'))], [400, 400])
    absent = call('/risks/CLK-99/files', by=other)
    s.same("the partner's are answered like none", [call(mine + '/files', by=other), call(
        there, by=other)[0], call(mine + '/files?name=x', b'x', by=other)[0], call(
            there + '/end', b'', by=other)[0]], [absent, 404, 404, 404])
    step(who, mine.split('/')[-1], '/sharing', sharing='shared')
    seen = call(mine + '/files?name=seen.txt', b'seen')[1]
    call(mine + '/files?name=secret.txt&personal=true', b'secret')
    s.same('shared, it sees what is attached from now on, and no personal data',
           call(mine + '/files', by=other), (200, [seen]))
    s.same('but takes nothing off', call(mine + '/files/' + seen['id'] + '/end', b'', by=other)[0],
           404)
    s.same('its own council does, once', [call(there + '/end', b'')[0] for _ in range(2)],
           [200, 404])
    s.same('another entry has none of it', call(theirs + '/files', by=other), (200, []))


def views_of_programs(s, who, sti):
    bearer, other = ({'Authorization': 'Bearer ' + token_of(one)} for one in (who, sti))
    program = Browser(who.port)

    def call(path, data=None, by=bearer):
        return called(program, by, path, data if data is None else json.dumps(data),
                      **({} if data is None else {'Content-Type': 'application/json'}))
    asked = {'register': 'risk', 'name': 'Open ' + CANARY, 'query': 'state=open&sort=title&x=y',
             'shared': True}
    status, view = call('/views', asked)
    s.same('a program keeps a view, of what a list reads alone', (status, view['query'],
           view['name'], view['own'], view['shared']), (201, 'state=open&sort=title',
                                                        asked['name'], True, True))
    s.same('it is listed, for its own council', [call('/views'), call('/views', by=other)],
           [(200, [view]), (200, [])])
    s.true('the page has it', '/risks?state=open&amp;sort=title' in who.get('/risks').body)
    s.same('what is not fit is refused', [call('/views', dict(asked, **change))[0] for change in (
        {'register': 'x'}, {'name': ''}, {'query': 'state=x'}, {'query': '%'})],
           [422, 422, 400, 422])
    end = '/views/%d/end' % view['view']
    s.same('it is taken away by its owner, once', [call(end, {}, other)[0], call(end, {})[0],
                                                   call(end, {})[0]], [404, 200, 404])


def search(s, who, sti):
    """Two councils with the same words in their registers: each finds what its lists show."""
    odd = 'Twin G\u00c0IDHLIG 50%_"\'<own>'
    mine, said = add(who, title=odd), add(who, title='Other', cause='as CLK-1 twin')
    theirs = add(sti, title=odd)
    for words in ('tWIN', 'g\u00e0idhlig', '50%_', '%_"\'<', '<OWN>'):
        wanted = ['/risks/' + mine] + (['/risks/' + said] if words == 'tWIN' else [])
        s.same('%s is found, each by its own council' % words,
               [found(who, words), found(sti, words)], [wanted, ['/risks/' + theirs]])
    s.same('%, _ and quotes are characters', [found(who, words) for words in (
        '%%', '__', "'; --", '""')], 4 * [[]])
    for words in ('', 'x', '%', '\u00e0', ' _ '):
        page = who.get('/search?q=' + urllib.parse.quote(words))
        s.true('too short: %s' % words, page.status == 200 and 'two characters or more' in page.body)
    last = add(who, title='As %s has it' % said)
    s.same('a number comes first, then titles, then texts', [found(who, said.lower()), found(
        who, 'twin')], [['/risks/' + end for end in pair] for pair in ((said, last), (mine, said))])
    for words in ('twin', 'CLK-1', 'the payroll', 'CAUSE'):
        s.same('the list shows the same: ' + words, sorted(found(who, words)), sorted(
            '/risks/' + end for end in re.findall(r'href="/risks/(\w+-\d+)"', who.get(
                '/risks?q=' + urllib.parse.quote(words)).body))[:10])
    answers = [re.sub(r' data-\w+="\d+"', '', sti.get('/search?q=' + number).body).replace(
        number, '') for number in (mine, 'CLK-999')]     # but for how long the session lasts
    s.same('what is not shared is not there', *answers)
    for sharing in ('shared', 'joint'):
        step(who, mine, '/sharing', sharing=sharing)
        s.same('%s, it is found by both' % sharing, [found(sti, 'twin'), found(sti, mine.lower())],
               [['/risks/' + mine, '/risks/' + theirs], ['/risks/' + mine]])
    step(who, mine, '/sharing', sharing='own')
    s.same('taken back, by its own', found(sti, 'twin'), ['/risks/' + theirs])
    page = who.get('/search?q=' + urllib.parse.quote('<b>"'))
    s.true('what was typed is shown, escaped', '&lt;b&gt;&quot;' in page.body and
           '<b>' not in page.body and 'Try fewer words' in page.body, page.body)
    bearer = {'Authorization': 'Bearer ' + token_of(who)}
    calls = json.loads(Browser(who.port).get('/api/v1/search?q=twin', **bearer).body)
    s.same('a call finds the same', [(hit['kind'], hit['id'], hit['page']) for hit in calls],
           [('risk', end, '/risks/' + end) for end in (mine, said)])
    s.same('of one kind alone', [found(who, 'twin', '&kind=' + kind) for kind in (
        'risk', 'action', 'x')], [['/risks/' + mine, '/risks/' + said], [], []])
    s.same('people are found by who sees them', len(found(who, 'first')), 1)
    for number in range(11):
        add(sti, title='Many %d' % number)
    page = sti.get('/search?q=many').body
    s.same('ten are shown, and how many there are', (len(found(sti, 'many')), '(11)' in page,
           len(found(sti, 'many', '&kind=risk'))), (10, True, 11))


ATOM = '{http://www.w3.org/2005/Atom}'


def feed(browser, query='', path='/risks.atom', **headers):
    """Its entries, number to entry, and the feed itself: all that RFC 4287 wants is there."""
    answer = browser.get(path + query, **headers)
    root = xml.etree.ElementTree.fromstring(answer.bytes)
    stamp = re.compile(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$')
    entries = {}
    for part in [root] + root.findall(ATOM + 'entry'):
        one = {name: part.find(ATOM + name).text for name in ('id', 'title', 'updated')}
        assert stamp.match(one['updated']) and re.match(r'urn:uuid:[0-9a-f-]{36}$', one['id'])
        assert part is root or part.find(ATOM + 'author').find(ATOM + 'name').text
        one['links'] = {link.get('rel'): link.get('href') for link in part.findall(ATOM + 'link')}
        one['summary'] = part.findtext(ATOM + 'summary')
        entries[one['links']['alternate'].split('/')[-1]] = one
    assert root.tag == ATOM + 'feed' and dict(answer.headers)['Content-Type'].startswith(
        'application/atom+xml')
    return entries, answer


def feeds(s, who, sti):
    odd = CANARY + '\uffff\ufffe & x'
    mine, theirs = add(who, title=odd), add(sti, title='Theirs alone canary2')
    before, _ = feed(who)
    s.same('what people typed comes back, but for what XML has not', before[mine]['title'],
           mine + ': ' + CANARY + '\ufffd\ufffd & x')
    s.true('the state and what the list shows is told', 'State: open\n' in before[mine]['summary'] and
           'Target' not in before[mine]['summary'], before[mine]['summary'])
    s.true("the partner's own is not there", theirs not in before and 'canary2' not in
           who.get('/risks.atom').body and mine not in sti.get('/risks.atom').body)
    step(who, 'CLK-2', '/sharing', sharing='shared')
    after, answer = feed(who)
    s.true('a change makes an entry newer, and it stays the same one', list(after)[1] == 'CLK-2' and
           after['CLK-2']['updated'] > before['CLK-2']['updated'] and
           after['CLK-2']['id'] == before['CLK-2']['id'] and
           after[mine] == before[mine], list(after)[:3])
    s.same('ids are different', len({one['id'] for one in after.values()}), len(after))
    there, _ = feed(sti)
    s.same('shared, it is the same one for the partner', there['CLK-2']['id'], after['CLK-2']['id'])
    step(who, 'CLK-2', '/sharing', sharing='own')
    s.true('taken back, it is gone', 'CLK-2' not in feed(sti)[0])
    for query in ('?category=technology', '?q=%22%27%26', '?state=tolerated&sort=title'):
        listed = re.findall(r'href="/risks/(CLK-\d+)"', who.get('/risks' + query).body)
        got = feed(who, query)[0]
        s.same('the feed of %s' % query, (sorted(list(got)[1:]), [key for key in got][0]),
               (sorted(listed), 'risks' + query.replace('%22%27%26', '%22%27%26')))
    page = who.get('/risks?state=open').body
    s.same('the page tells of it, in its head and beside its files', page.count(
        'href="/risks.atom?state=open"'), 2)
    s.same('what there is not is refused', who.get('/risks.atom?state=x').status, 400)
    bearer = {'Authorization': 'Bearer ' + token_of(who)}
    program = Browser(who.port)
    own, theirs = (feed(*asked, **more)[0] for asked, more in (
        ((who, '?q=canary'), {}), ((program, '?q=canary', '/api/v1/risks.atom'), bearer)))
    s.same('with a token it is the same', list(own.values())[1:], list(theirs.values())[1:])
    for ending in ('csv', 'json', 'xlsx', 'ods'):
        page, call = (browser.get('%s/risks.%s?q=canary&sort=title' % (at, ending), **more)
                      for browser, at, more in ((who, '', {}), (program, '/api/v1', bearer)))
        s.same('a program gets the same %s' % ending, [
            dict(call.headers)['Content-Type'], rows_of(call.bytes, ending)],
               [dict(page.headers)['Content-Type'], rows_of(page.bytes, ending)])


def rows_of(data, ending):
    """But for when it was asked for."""
    if ending in ('csv', 'json'):
        return re.sub(rb'"at":"[^"]*"', b'', data)
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return book.read('xl/worksheets/sheet1.xml') if ending == 'xlsx' else re.sub(
            rb'\d{4}-\d\d-\d\dT[^<]*Z', b'', book.read('content.xml'))


# --- files of an entry ---

def attach(who, reference, name, data, **fields):
    return who.send('/risks/%s/files' % reference, list(fields.items()),
                    [('file', name, 'text/plain', data)])


def attached(who, reference):
    """The address of each file of the entry, by its name."""
    return {name: path for path, name in re.findall(
        r'<a href="(/risks/%s/files/[0-9a-f]{32})">([^<]*)</a>' % reference,
        who.get('/risks/' + reference).body)}


def attachments(s, who, sti):
    mine, none = add(who, title='With files'), sti.get('/risks/CLK-99').alike()
    page = '/risks/' + mine
    s.true('an entry has no file at first', 'No file is attached' in who.get(page).body)
    empty = who.send(page + '/files', files=[('file', '', 'text/plain', b'')])
    s.true('nothing is not attached', empty.status == 422 and 'Choose a file' in empty.body)
    s.same('a file is attached', attach(who, mine, CANARY, b'early').status, 303)
    path = attached(who, mine)[html.escape(CANARY).replace('&#x27;', '&#39;')]
    shown = who.get(page).body
    s.true('and shown, escaped, as its council\'s alone', '<script>' not in shown and
           'Its council alone' in shown and 'Take off' in shown, shown)
    s.same('it is the very bytes', who.raw(path), b'early')
    other = add(who, title='Without')
    s.same('by its own entry alone', who.get(path.replace(mine, other)).status, 404)
    s.same('nor taken off another', who.post(path.replace(mine, other) + '/end', {},
                                             page=page).status, 404)
    s.same("the partner attaches nothing to what it does not see",
           attach(sti, mine, 'x', b'x').status, 404)
    step(who, mine, '/sharing', sharing='shared')
    s.same('what was attached before it was shared stays', [attached(sti, mine),
           sti.get(path).alike()], [{}, none])
    s.same('attached again it is shown', attach(who, mine, 'early.txt', b'early').status, 303)
    s.same('personal data are attached, too', attach(who, mine, 'secret.txt', b'secret',
                                                     personal='yes').status, 303)
    seen = attached(sti, mine)
    s.same('the partner reads the one', [len(seen), sti.raw(path)], [1, b'early'])
    secret = attached(who, mine)['secret.txt']
    s.true('and never the other', secret not in seen.values() and 'secret.txt' not in
           sti.get(page).body and sti.get(secret).alike() == none and
           who.raw(secret) == b'secret')
    s.same('said of what was kept before it counts, too', [attach(
        who, mine, 'early.txt', b'early', personal='yes').status, attached(sti, mine), attach(
            who, mine, 'early.txt', b'early').status, len(attached(sti, mine))], [303, {}, 303, 1])
    s.same('sent again without a word they stay personal', [
        attach(who, mine, 'plain.txt', b'secret').status, sti.get(secret).alike()], [303, none])
    s.same('the partner takes nothing off, and attaches nothing', [
        sti.post(path + '/end', {}, page='/').status, attach(sti, mine, 'x', b'x').status,
        'Take off</button>' in sti.get(page).body], [404, 404, False])
    step(who, mine, '/sharing', sharing='joint')
    s.same('to a joint one it attaches its own', attach(sti, mine, 'theirs.txt', b'theirs').status,
           303)
    theirs = attached(who, mine)['theirs.txt']
    s.same('which both read, and it alone takes off', [
        who.raw(theirs), who.post(theirs + '/end', {}, page=page).status,
        sti.post(theirs + '/end', {}, page=page).status, who.get(theirs).status],
           [b'theirs', 404, 303, 404])
    step(who, mine, '/sharing', sharing='own')
    s.same('taken back, its files are, too', [sti.get(path).alike(), who.raw(path)],
           [none, b'early'])
    step(who, mine, '/sharing', sharing='shared')
    s.same('also when it is shared again', attached(sti, mine), {})
    s.same('it is taken off once', [who.post(path + '/end', {}, page=page).status
                                    for _ in range(2)], [303, 404])
    trail = who.get('/trail/export').body
    s.true('the trail has it', 'evidence.link' in trail and 'evidence.unlink' in trail)


# --- programs ---

def token_of(who):
    ends = time.strftime('%Y-%m-%d', time.gmtime(time.time() + 86400))
    page = who.post('/tokens', {'name': 'risks', 'ends': ends, 'write': 'yes'}, page='/tokens')
    return re.search(r'ochil_[0-9a-f]{64}', page.body).group(0)


def api(s, who, sti):
    program, bearer = Browser(who.port), {'Authorization': 'Bearer ' + token_of(who)}
    theirs = {'Authorization': 'Bearer ' + token_of(sti)}

    def send(method, path, fields=None, **headers):
        given = dict(bearer, **{'Content-Type': 'application/json'})
        given.update({name.replace('_', '-'): value for name, value in headers.items()})
        return program.ask(method, '/api/v1/risks' + path,
                           None if fields is None else json.dumps(fields), given)
    fields = {key: int(value) if value.isdigit() else value or None for key, value in risk(
        title='By call').items()}
    answers = [send('POST', '', fields, Idempotency_Key='one') for _ in range(2)]
    s.same('sent twice, made once', (answers[0].status, answers[0].body),
           (201, answers[1].body))
    s.same('and answered with the same version', [dict(a.headers).get('ETag') for a in answers],
           ['"1"', '"1"'])
    made = json.loads(answers[0].body)
    s.same('with its number, scores and state', (made['risk'], made['inherent_score'],
                                                 made['target_score'], made['state']),
           ('CLK-5', 16, None, 'open'))
    bad = send('POST', '', dict(fields, title='', inherent_impact=9))
    s.true('all that is wrong at once', bad.status == 422 and 'title: ' in bad.body and
           'inherent_impact: ' in bad.body and dict(bad.headers)['Content-Type'] ==
           'application/problem+json', bad.body)
    s.same('and each by itself', [(row['pointer'], row['code'], row['row']) for row in
                                  json.loads(bad.body)['errors']],
           [('#/title', 'needed', None), ('#/inherent_impact', 'scale', None)])
    one = send('GET', '/CLK-5')
    tag = dict(one.headers)['ETag']
    s.same('a risk has an ETag', (one.status, tag, json.loads(one.body)['title']),
           (200, '"1"', 'By call'))
    changed = dict(fields, title='By call, again')
    s.same('without If-Match', send('PUT', '/CLK-5', changed).status, 428)
    put = send('PUT', '/CLK-5', changed, If_Match=tag)
    s.same('with it', (put.status, dict(put.headers).get('ETag')), (200, '"2"'))
    s.same('with an old one', send('PUT', '/CLK-5', changed, If_Match=tag).status, 412)
    s.same('not of the other council', [program.ask(method, '/api/v1/risks/CLK-5', body, dict(
        theirs, **{'Content-Type': 'application/json', 'If-Match': tag})).alike() for method, body
        in (('GET', None), ('PUT', '{}'))], 2 * [program.get('/api/v1/risks/CLK-99',
                                                             **theirs).alike()])
    for number in range(50):
        send('POST', '', dict(fields, title='Many %d' % number))
    first = send('GET', '?sort=title&q=many')
    next_page = re.match(r'<([^>]*)>; rel="next"$', dict(first.headers).get('Link', ''))
    s.true('fifty are a page', len(json.loads(first.body)) == 50 and next_page is None)
    first = send('GET', '?sort=title&down=yes')
    link = re.match(r'<([^>]*)>; rel="next"$', dict(first.headers)['Link']).group(1)
    second = program.get(link, **bearer)
    titles = [row['title'] for row in json.loads(first.body) + json.loads(second.body)]
    s.same('the next page goes on where it ended', titles,
           sorted((row['title'] for row in json.loads(who.get('/risks.json').body)['risks']),
                  reverse=True)[:len(titles)])
    s.same('and is the last', (len(titles), dict(second.headers).get('Link')), (55, None))
    pages = who.get('/risks?sort=title&down=yes').body
    s.true('pages go on likewise', 'after=' in pages and ', here 1 to 50.' in pages)
    s.same('without a token', program.get('/api/v1/risks').status, 401)


# --- a session ends while somebody types ---

def expire(place, login):
    """An hour goes by: every session of this account ends by itself."""
    change(place, "UPDATE session SET made_at = made_at - 3700000, seen_at = seen_at - 3700000 "
           "WHERE account = (SELECT id FROM account WHERE login = '%s')" % login)


def waiting(place):
    return int(change(place, 'SELECT count(*) FROM kept_form'))


def nothing_planted(s, place, who, token, sti):
    """`who` holds a session that has ended, `token` is that of its forms."""
    sent = [who.post('/risks', FIT, token=given, headers=headers).location for given, headers in (
        (None, {}), ('0' * 64, {}), (sti.token('/new-risk'), {}),
        (token, {'Origin': 'https://evil.example'}), (token, {'Sec-Fetch-Site': 'cross-site'}))]
    nobody = Browser(who.port)
    sent += [nobody.post('/risks', FIT, page='/login').location,
             who.post('/tokens', {'name': 'x', 'ends': '2030-01-01'}, token=token).location,
             who.post('/risks', {'title': '', 'password': 'hunter2'}, token=token).location]
    s.same('a forged form keeps nothing, nor one of nobody, of the own access, without words',
           (set(sent), waiting(place)), ({'/login'}, 0))


def typed(server, place, how=expire, **fields):
    """A browser whose form was sent too late."""
    who = Browser(server.port)
    who.sign_in('first.clk')
    token = who.token('/new-risk')
    how(place, 'first.clk')
    who.post('/risks', risk(**fields), token=token)
    return who


def hidden_of(page):
    form = page.split('action="/risks"')[1].split('</form>')[0]
    return {name: html.unescape(value) for name, value in
            re.findall(r'name="(\w+)" value="([^"]*)"', form)}


def survives(s, server, place, sti):
    who = Browser(server.port)
    who.sign_in('first.clk')
    token = who.token('/new-risk')
    expire(place, 'first.clk')
    nothing_planted(s, place, who, token, sti)
    before = change(place, 'SELECT count(*) FROM risk')
    late = who.post('/risks', risk(title='Waits', cause=CANARY, password='hunter2', code='123456',
                                   description='One line\r\nand another'), token=token)
    s.same('a form that comes after the session waits, and nothing is done', (
        late.location, waiting(place), change(place, 'SELECT count(*) FROM risk')),
           ('/login', 1, before))
    s.true('sealed', 'Head of Finance' not in change(place, 'SELECT * FROM kept_form'))
    other = Browser(server.port, who.cookie)
    s.same('another account in that browser comes to the first page',
           other.sign_in('second.clk').location, '/')
    number = change(place, 'SELECT max(id) FROM kept_form').strip()
    there = '/kept-forms/' + number
    s.same('and neither sees it nor throws it away', (
        'filled in' in other.get('/').body, other.get(there).status,
        other.post(there + '/discard', {}, page='/').status, waiting(place)), (False, 404, 404, 1))
    s.same('the same one finds it', who.sign_in('first.clk').location, there)
    page = who.get(there).body
    s.true('as it was typed, without what is secret', all(words in page for words in (
        'What you had typed', 'Waits', '&lt;script&gt;canary', 'One line\nand another')) and
        not any(words in page for words in ('hunter2', '123456', '<script>')), page)
    s.true('and listed on Home', 'What you have begun' in who.get('/').body and
           'href="%s"' % there in who.get('/').body, who.get('/').body)
    s.same('in another browser, too, though nobody is sent there', (
        Browser(server.port).sign_in('first.clk').location,), ('/',))
    sends(s, place, who, there, page)


def sends(s, place, who, there, page):
    fields = hidden_of(page)
    change(place, 'UPDATE kept_form SET acting = 2')
    s.same('typed for another council it is not sent for this one', (
        'Send it now' in who.get(there).body, who.post('/risks', fields).status), (False, 409))
    change(place, 'UPDATE kept_form SET acting = 1')
    s.same('an old token does not send it', who.post('/risks', dict(
        fields, form_token='0' * 64)).status, 403)
    s.same('nor is it another form', who.post('/actions', fields).status, 409)
    s.same('what is refused goes on waiting', (who.post('/risks', dict(
        fields, title='')).status, waiting(place)), (422, 1))
    made = who.post('/risks', fields)
    s.true('sent it is a risk', made.status == 303 and 'One line\nand another' in
           who.get(made.location or '/').body, made.body)
    s.same('and waits no longer', (waiting(place), who.get(there).status,
                                   'filled in' in who.get('/').body), (0, 404, False))
    s.same('it is sent once', who.post('/risks', fields).status, 409)


def later(s, server, place, sti):
    """Kept for later by a button, unfit as it is; gone on with in the form."""
    who = Browser(server.port)
    who.sign_in('first.clk')

    def send(path, **fields):
        return who.post(path, fields, page='/new-risk')

    kept = send('/risks', title='Half a risk', cause=CANARY, keep_form='yes')
    s.same('a form is kept for later', (kept.location, waiting(place)), ('/', 1))
    s.same('with nothing in it it is not', send('/risks', keep_form='yes').status, 400)
    number = change(place, 'SELECT max(id) FROM kept_form').strip()
    there = '/kept-forms/' + number
    s.true('sealed, and on Home', 'Half a risk' not in change(place, 'SELECT * FROM kept_form') and
           'href="%s"' % there in who.get('/').body, who.get('/').body)
    page = who.get(there).body
    s.true('its page leads to the form, and sends nothing unfinished',
           '/new-risk?kept_form=' + number in page and 'Send it now' not in page, page)
    form = '/new-risk?kept_form=' + number
    s.same('of another account, council or form it is not', (
        sti.get(form).status, who.get('/new-action?kept_form=' + number).status,
        change(place, 'UPDATE kept_form SET acting = 2') or who.get(form).status),
        (404, 404, 404))
    change(place, 'UPDATE kept_form SET acting = 1')
    body = who.get(form).body
    s.true('in the form it is as it was typed', all(words in body for words in (
        'value="Half a risk"', '&lt;script&gt;canary', 'name="kept_form" value="%s"' % number)) and
        '<script>canary' not in body, body)
    again = send('/risks', title='More of it', kept_form=number, keep_form='yes')
    s.same('kept again it stands for the one before', (again.location, waiting(place)), ('/', 1))
    number = change(place, 'SELECT max(id) FROM kept_form').strip()
    s.true('a form that is refused goes on naming it', 'name="kept_form" value="%s"' % number in
           send('/risks', title='', kept_form=number).body)
    made = send('/risks', **risk(title='Whole', kept_form=number))
    s.same('sent it is gone', (made.status, waiting(place)), (303, 0))
    old = made.location
    send(old, **risk(title='Kept change', version='1', keep_form='yes'))
    number = change(place, 'SELECT max(id) FROM kept_form').strip()
    edit = who.get('%s/edit?kept_form=%s' % (old, number)).body
    s.true('a change, too', 'value="Kept change"' in edit and 'Changed meanwhile' not in edit, edit)
    send(old, **risk(title='Quicker', version='1'))
    edit = who.get('%s/edit?kept_form=%s' % (old, number)).body
    s.true('and whoever was quicker is seen beside it', 'Changed meanwhile' in edit and
           'Quicker' in edit and 'value="Kept change"' in edit, edit)
    s.same('a form without such a page is not kept for later', (
        send(old + '/comments', words='Said', keep_form='yes').location,
        send('/kept-forms/%s/discard' % number).status,
        waiting(place)), (old, 303, 0))


def limited(s, server):
    """The server lets a token call three times a minute."""
    who = Browser(server.port)
    who.sign_in('first.clk')
    program, other = (({'Authorization': 'Bearer ' + token_of(who)}) for _ in range(2))
    rows = [who.ask('GET', path, headers=program) for path in (
        '/api/v1/risks', '/api/v1/risks/CLK-9999', '/api/v1/session', '/api/v1/session', '/api/v1/none')]
    s.same('a token that has called too often is told so', [row.status for row in rows],
           [200, 404, 200, 429, 429])
    told = dict(rows[1].headers)
    s.true('and before, what is left', told['RateLimit-Policy'] == '"token";q=3;w=60' and
           told['RateLimit'].startswith('"token";r=1;t='), told)
    told, problem = dict(rows[3].headers), json.loads(rows[3].body)
    s.true('when to try again', 0 < int(told['Retry-After']) <= 60 and
           problem['type'].endswith('/api#too-many'), (told, problem))
    s.same('another token is not held up, nor is a person', (
        who.ask('GET', '/api/v1/session', headers=other).status, *(
            who.get('/api/v1/session').status for _ in range(4))), (200, 200, 200, 200, 200))


def says(s, build, who):
    """What pages say by themselves is in the catalogue, and said in Gaelic where that is known."""
    who.sign_in('first.clk')
    said.check(s, build, who, (
        '/', '/risks', '/new-risk', '/risks/CLK-1', '/risks/CLK-1/edit', '/risks/import/new',
        '/actions', '/new-action', '/obligations', '/policies', '/people', '/roles', '/trail',
        '/jobs', '/exports', '/tokens', '/sessions', '/account/password', '/second-factor',
        '/council/login', '/council/key', '/help', '/accessibility'), ('Ours',))
    stranger = Browser(who.port)
    stranger.cookie = None
    page = stranger.get('/login', Cookie='__Host-ochil-language=gd').body
    s.true('a label is said in Gaelic, and marked',
           '<label for="password"><span lang="gd">Facal-faire</span></label>' in page, page)


def goes(s, server, place):
    """Discarded, or by itself."""
    whole = typed(server, place, how=lambda at, login: change(
        at, 'UPDATE session SET made_at = made_at - 43200000'))
    there = whole.sign_in('first.clk').location
    s.true('after twelve hours it waits as well', there.startswith('/kept-forms/'), there)
    s.same('discarded it is gone', (whole.post(there + '/discard', {}, page=there).location,
                                    waiting(place)), ('/', 0))
    typed(server, place, how=lambda at, login: change(
        at, 'UPDATE session SET ended_at = seen_at WHERE ended_at IS NULL'))
    s.same('a session that somebody ended keeps nothing', waiting(place), 0)
    old = typed(server, place)
    change(place, 'UPDATE kept_form SET kept_at = kept_at - 2592000000')
    s.same('after thirty days nobody sees it', (old.sign_in('first.clk').location, waiting(place)),
           ('/', 1))
    change(place, "UPDATE job SET idempotency = 'before' WHERE kind = 'evidence.collect'")
    server.stop()
    os.environ['OCHIL_API_CALLS'] = '3'
    server.start()
    del os.environ['OCHIL_API_CALLS']
    for _ in range(100):
        if waiting(place) == 0:
            break
        time.sleep(0.1)
    s.same('and it is collected', waiting(place), 0)


def only_imports(t, build, folder):
    """For faults that are planted there: they are many."""
    server = Served(build, folder)
    links = server.init()
    with server:
        who, sti = Browser(server.port), Browser(server.port)
        who.become_first(links[0], 'first.clk')
        sti.become_first(links[1], 'second.clk')
        clerk = import_rows.clerk(server, os.path.join(folder, 'ochil.db'))
        import_rows.imports(Suite(t, 'SQLite'), who, clerk, sti)
    return t.done()


def one_engine(t, build, engine, folder, url, serving):
    s = Suite(t, engine)
    server = Served(build, folder, url)
    links = server.init(*(('--role', 'ochil_app') if url else ()))
    if serving:
        server.where[1] = serving
    with server:
        who, sti = Browser(server.port), Browser(server.port)
        who.become_first(links[0], 'first.clk')
        sti.become_first(links[1], 'second.clk')
        forms(s, who)
        edits(s, who)
        race(s, who)
        life(s, who)
        lists(s, who)
        files(s, who)
        councils(s, who, sti)
        place = url or os.path.join(folder, 'ochil.db')
        with api_schema.watched(server) as faults:
            api(s, who, sti)
            attached_by_programs(s, who, sti)
            views_of_programs(s, who, sti)
        attachments(s, who, sti)
        feeds(s, who, sti)
        search(s, who, sti)
        with api_schema.watched(server) as of_imports:
            import_rows.imports(s, who, import_rows.clerk(server, place), sti,
                                {'Authorization': 'Bearer ' + token_of(who)})
        faults += of_imports
        s.same('every call was answered as the document says', faults, [])
        acts(s, who)
        survives(s, server, place, sti)
        later(s, server, place, sti)
        if not url:
            says(s, build, who)
        goes(s, server, place)
        limited(s, server)
    said = server.said()
    s.true('nothing went wrong on the way', 'level=error' not in said, said[-2000:])


def main():
    given, build = engines.options(file='only on SQLite', imports='only those, on SQLite')
    t = tap.Tap()
    if given.imports:
        with engines.folder() as folder:
            return only_imports(t, build, folder)
    return engines.both(t, build, one_engine, file=given.file)


if __name__ == '__main__':
    sys.exit(main())
