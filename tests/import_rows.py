"""import_rows.py -- entries from files, as people have them: rows of tests/risk_test.py."""
import concurrent.futures
import csv
import html
import io
import json
import re
import time
import zipfile

from served import Browser, key_hash
from web_test import change

HEAD = 'Action,Owner,Due'
LOG = ('Clackmannanshire Council;;;;;\r\nAction log, printed 12/05/2026;;;;;\r\n;;;;;\r\n'
       'Action;Who;Due;Detail;RAG;Progress\r\n'
       'Re-letter the café;Head of Service;03/04/2027;"Costs £1,200; agreed";Amber;10\r\n'
       'Train staff;HR Lead;1 April 2027;"Two\r\nlines";Red;\r\n').encode('cp1252')
BAD = ('Action,Owner,Due,Progress,Against risk,Notes\n'
       'Fine,Head of Service,2027-04-01,10,,x\n'
       '"=HYPERLINK(""http://x"")",,31/02/2027,110,CLK-999,+1\n'
       'Too many,cells,2027-01-01,1,,a,b\n').encode()
TYPES = 'http://schemas.openxmlformats.org/%s'


def workbook(sheets):
    """XLSX of [(name, rows)]: a cell is a text, a number, ('day', serial) or None."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w') as book:
        main = TYPES % 'spreadsheetml/2006/main'
        office = TYPES % 'officeDocument/2006/relationships'
        parts = TYPES % 'package/2006/relationships'

        def relations(rows):
            return '<Relationships xmlns="%s">%s</Relationships>' % (parts, ''.join(
                '<Relationship Id="%s" Type="%s/%s" Target="%s"/>' % (name, office, kind, target)
                for name, kind, target in rows))
        book.writestr('[Content_Types].xml', '<Types xmlns="%s"><Override PartName="/xl/workbook'
                      '.xml" ContentType="application/vnd.openxmlformats-officedocument.'
                      'spreadsheetml.sheet.main+xml"/></Types>'
                      % (TYPES % 'package/2006/content-types'))
        book.writestr('_rels/.rels', relations([('rId1', 'officeDocument', 'xl/workbook.xml')]))
        book.writestr('xl/workbook.xml', '<workbook xmlns="%s" xmlns:r="%s"><sheets>%s</sheets>'
                      '</workbook>' % (main, office, ''.join(
                          '<sheet name="%s" sheetId="%d" r:id="rId%d"/>' % (name, at, at)
                          for at, (name, _) in enumerate(sheets, 1))))
        book.writestr('xl/_rels/workbook.xml.rels', relations(
            [('rId%d' % at, 'worksheet', 'worksheets/sheet%d.xml' % at)
             for at in range(1, len(sheets) + 1)] + [('rIds', 'styles', 'styles.xml')]))
        book.writestr('xl/styles.xml', '<styleSheet xmlns="%s"><cellXfs count="2"><xf numFmtId="0"'
                      '/><xf numFmtId="14"/></cellXfs></styleSheet>' % main)
        for at, (_, rows) in enumerate(sheets, 1):
            book.writestr('xl/worksheets/sheet%d.xml' % at,
                          '<worksheet xmlns="%s"><sheetData>%s</sheetData></worksheet>' % (
                              main, ''.join('<row r="%d">%s</row>' % (number, ''.join(
                                  cell('%s%d' % (chr(64 + place), number), value)
                                  for place, value in enumerate(row, 1)))
                                  for number, row in enumerate(rows, 1))))
    return out.getvalue()


def cell(place, value):
    if value is None:
        return ''
    if isinstance(value, tuple):
        return '<c r="%s" s="1"><v>%d</v></c>' % (place, value[1])
    if isinstance(value, (int, float)):
        return '<c r="%s"><v>%s</v></c>' % (place, value)
    return '<c r="%s" t="inlineStr"><is><t>%s</t></is></c>' % (place, html.escape(value))


def words(page):
    body = page.body[page.body.index('<main'):]
    return ' '.join(html.unescape(re.sub('<[^>]+>', ' ', body)).split())


def send(who, name, data, of='actions', **fields):
    """A file is looked at: its address, or the answer that refuses it."""
    answer = who.send('/%s/import/new' % of, fields.items(), [('file', name, 'text/csv', data)])
    return answer.location or answer


def version(who, place):
    return re.search(r'name="version" value="(\d+)"', who.get(place).body).group(1)


def do(who, place, verb, **fields):
    given = dict(re.findall(r'name="(version|sum)" value="([^"]*)"', who.get(place).body))
    return who.post(place + '/' + verb, dict(given, **fields), page=place)


def chosen(who, place):
    """What the columns are taken for, as the page has it."""
    return [re.search(r'value="([^"]*)" selected', box).group(1) for box in
            re.findall(r'<select id="c\d+".*?</select>', who.get(place).body, re.S)]


def titles(who):
    return [row['Action'] if 'Action' in row else row['title'] for row in csv.DictReader(
        io.StringIO(who.get('/actions.csv').body))]


# --- before anything is added ---

def preview(s, who):
    place = send(who, 'log.csv', LOG)
    page = words(who.get(place))
    s.true('how a file is read is said', 'Windows-1252, parted by semicolons' in page and
           'Headings in row 4; what stands above it is not used' in page, page)
    s.true('what is needed and has no column is said', 'Missing No column is chosen yet for what '
           'is needed: Owner' in page, page)
    s.same('headings are matched, the rest is shown as not used', chosen(who, place),
           ['title', '', 'due', 'detail', '', 'progress'])
    columns = {'heading': '4', 'c1': 'title', 'c2': 'owner_post', 'c3': 'due', 'c4': 'detail',
               'c6': 'progress'}
    twice = do(who, place, 'columns', **dict(columns, c5='owner_post'))
    s.true('a field has one column', twice.status == 422 and 'Owner is chosen for two columns' in
           twice.body, twice.body)
    s.same('columns are chosen', do(who, place, 'columns', **columns).location, place)
    page = words(who.get(place))
    s.true('rows are shown as they will be', '2 rows: 2 good, 0 bad. Add 2 actions' in page and
           '5 Re-letter the café Head of Service 3 April 2027 Costs £1,200; agreed 10' in page,
           page)
    s.same('the same page again', words(who.get(place)), page)
    s.same('nothing is written yet', titles(who), [])
    return place


def bad_rows(s, who):
    place = send(who, 'bad.csv', BAD)
    page = who.get(place)
    faults = re.findall(r'<tr><th scope="row">(\d+)</th><td>([^<]*)</td><td>([^<]*)</td>'
                        r'<td>[^<]*</td><td><a href="/import-errors/\w+">(\w+)</a></td></tr>',
                        page.body)
    s.same('what is wrong stands there by row, column, value and code', faults,
           [('3', 'Against risk', 'CLK-999', 'not_there'), ('3', 'Owner', '\u2013', 'needed'),
            ('3', 'Due', '31/02/2027', 'day'), ('3', 'Progress', '110', 'large'),
            ('4', 'The whole row', '\u2013', 'cells')])
    rows = list(csv.reader(io.StringIO(who.get(place + '/bad-rows').body)))
    counted = re.search(r'(\d+) good, (\d+) bad', words(page))
    s.same('as many bad rows in the file as on the screen', len(rows) - 1, int(counted.group(2)))
    s.same('with the file\'s own columns', rows[0][:6], BAD.decode().splitlines()[0].split(','))
    s.same('and nothing that a spreadsheet would work out', (rows[1][0], rows[1][5], rows[1][6],
                                                             rows[1][9]),
           ("'=HYPERLINK(\"http://x\")", "'+1", '3', 'not_there; needed; day; large'))
    s.same('nothing is added while a row is bad', do(who, place, 'add').status, 422)
    mended = io.StringIO()
    csv.writer(mended).writerow(rows[0])
    csv.writer(mended).writerow([rows[1][0], 'Head of Law', '2027-05-01', '', ''] + rows[1][5:])
    page = words(who.get(send(who, 'mended.csv', mended.getvalue().encode())))
    s.true('mended, that file is fit', '1 row: 1 good, 0 bad' in page and
           '2 =HYPERLINK("http://x") Head of Law' in page, page)
    much = send(who, 'much.csv', b'Action,Owner,Due\n' + 2001 * b'x,y,2027-01-01\n')
    s.true('too many rows are not added', 'more than 2,000 rows' in who.get(much).body and
           do(who, much, 'add').status == 422)
    for name, data, said in (('a.csv', b'', 'There is nothing'),
                             ('long.csv', b'Action,Owner,Due\n' + 2100 * b'x,y,2027-01-01\n',
                              'at most 2,000 rows'),
                             ('b.csv', bytes(range(256)) * 50, 'neither a text nor a workbook'),
                             ('c.xlsx', b'PK\x03\x04' + b'x' * 50, 'cannot be read as a table')):
        answer = send(who, name, data)
        s.true('refused: %s' % name, not isinstance(answer, str) and answer.status == 422 and
               said in answer.body and '/proc' not in answer.body, answer)


def sheets(s, who):
    place = send(who, 'log.xlsx', workbook(
        [('Log', [['Clackmannanshire Council'], ['As at', ('day', 46143)], [], HEAD.split(','),
                  ['Renew the lease', 'Head of Property', ('day', 46478)], ['Bad', 'x', 'soon']]),
         ('More', [HEAD.split(','), ['Write the plan', 'HR Lead', ('day', 46500)]])]))
    page = words(who.get(place))
    s.true('a sheet is named, with its own row numbers', 'Log, the one of 2 that is read' in page
           and 'Row numbers are those of the sheet Log' in page and
           '6 Due soon Enter a day' in page and 'Headings in row 4;' in page, page)
    s.true('a real date is that day', '5 Renew the lease Head of Property 1 April 2027' in page,
           page)
    do(who, place, 'columns', sheet='More', heading='4')
    page = words(who.get(place))
    s.true('another sheet is chosen', 'Headings in row 1 ' in page and
           '2 Write the plan HR Lead 23 April 2027' in page, page)
    do(who, place, 'columns', sheet='Log', heading='4')
    do(who, place, 'columns', sheet='Log', heading='2')
    s.true('and another row of headings', 'As at' in words(who.get(place)) and
           'No column is chosen yet' in words(who.get(place)))


def templates(s, who):
    known = send(who, 'list.csv', who.get('/actions.csv').bytes)
    s.true('what is there already is not added once more', '0 to be added, 0 to be changed' in
           who.get(known).body and do(who, known, 'add').status == 422, who.get(known).body)
    for of in ('risks', 'actions', 'obligations', 'policies'):
        for end in ('csv', 'xlsx', 'ods'):
            file = who.get('/%s/import/template/%s.%s' % (of, of, end)).bytes
            page = who.get(send(who, '%s.%s' % (of, end), file, of))
            s.true('a template of %s is read back whole: %s' % (of, end),
                   '0 rows: 0 good, 0 bad' in words(page) and 'Not used<' not in re.sub(
                       '<option.*?</option>', '', page.body) and 'Missing' not in page.body,
                   page.body)
    told = who.get('/risks/import/template/columns.csv').body
    s.true('what columns take is said', 'Category,category,yes,"One of: finance, workforce' in
           told, told)


# --- adding, and taking back ---

def adding(s, who, place):
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        now, token = version(who, place), who.token(place)
        answers = list(pool.map(lambda _: who.post(place + '/add', {'version': now}, token=token),
                                range(4)))
    s.same('clicks at once', {answer.status for answer in answers}, {303})
    s.same('add every row, once', titles(who), ['Re-letter the café', 'Train staff'])
    page = who.get('/actions/CLK-1').body
    s.true('an entry knows its row', 'From the file log.csv, row 5' in page, page)
    again = who.send('/actions/import/new', (), [('file', 'x.csv', 'text/csv', LOG)])
    s.same('the same file again is the same import', again.location, place)
    page = words(who.get(place))
    s.true('nothing more is added', 'Added by first.clk' in page and len(titles(who)) == 2, page)
    other = send(who, 'next.csv', ('Who,Action,Due\nHR Lead,Third,2027-04-02\n').encode())
    s.same('the next time the columns are known', chosen(who, other),
           ['owner_post', 'title', 'due'])


def taking_back(s, who, friend, place):
    s.true('only who added it, or an administrator', 'Take back' not in
           words(friend.get(place)), words(friend.get(place)))
    refused = friend.post(place + '/back', {'version': '3', 'why': 'x'}, page='/actions/import/new')
    s.same('takes it back', refused.status, 422)
    s.same('for a reason', do(who, place, 'back', why=' ').status, 422)
    shown = re.search(r'name="version" value="(\d+)"', who.get('/actions/CLK-2').body).group(1)
    who.post('/actions/CLK-2/state', {'event': 'start', 'why': 'x', 'version': shown},
             page='/actions/CLK-2')
    refused = do(who, place, 'back', why='The wrong file')
    s.true('not when an entry was changed, which is named', refused.status == 422 and
           'CLK-2: it was changed since' in refused.body, refused.body)
    s.true('and then nothing is', 'dropped' not in who.get('/actions.csv').body)
    other = send(who, 'next.csv', ('Who,Action,Due\nHR Lead,Third,2027-04-02\n').encode())
    do(who, other, 'add')
    do(who, other, 'back', why='The wrong file')
    page = words(who.get('/actions/CLK-3'))
    s.true('else each entry goes where its life lets it', 'Dropped' in page and
           'The wrong file' in page, page)
    s.true('it is said', 'Taken back by first.clk' in words(who.get(other)))
    again = send(who, 'next.csv', ('Who,Action,Due\nHR Lead,Third,2027-04-02\n').encode())
    s.true('and the file can be added anew', again != other and
           do(who, again, 'add').status == 303 and titles(who)[-1] == 'Third')
    trail = who.get('/trail/export').body
    s.true('all of it stands in the trail', all(word in trail for word in (
        '"import.add"', '"import.back"', '"action.import"', '"action.drop"')))


def updating(s, who):
    """Rows with a number change what is there; what stands there twice, or is no council's, not."""
    start = send(who, 'start.csv', (HEAD + ',Detail\nBy number,HR Lead,2027-04-02,"Long, it is"\n'
                                    'Another,HR Lead,2027-04-02,\n').encode())
    do(who, start, 'add')
    one, other = re.findall(r'href="/actions/(CLK-\d+)"', who.get(start).body)[:2]
    wrong = send(who, 'wrong.csv', ('Number,' + HEAD + '\n%s,x,y,2027-01-01\n%s,x,y,2027-01-01\n'
                                    'CLK-9999,x,y,2027-01-01\nSTI-1,x,y,2027-01-01\n'
                                    % (one, one)).encode())
    s.same('what is wrong with a number is said', re.findall(
        r'/import-errors/(\w+)"', who.get(wrong).body), ['twice', 'unknown', 'unknown'])
    data = 'Number,Owner,Due,Detail\n%s,Head of Law,2027-04-02,\n%s,HR Lead,2027-04-02,\n' % (
        one, other)
    place = send(who, 'change.csv', (data + ',Head of Law,2027-05-01,x\n').encode())
    s.true('a new one needs what any does', '1 bad' in words(who.get(place)), who.get(place).body)
    place = send(who, 'change.csv', data.encode())
    page = words(who.get(place))
    s.true('before and after are shown', '0 to be added, 1 to be changed, 1 as they stand' in page
           and 'Owner HR Lead Head of Law' in page and 'Detail Long, it is' in page and
           'Change 1 action' in page, page)
    stale = dict(re.findall(r'name="(version|sum)" value="([^"]*)"', who.get(place).body))
    who.post('/actions/%s' % one, {'title': 'By number', 'owner_post': 'HR Lead', 'version': '1',
                                   'due': '2027-06-01', 'detail': 'Long, it is'}, page=start)
    s.same('when somebody was quicker nothing is done', (
        who.post(place + '/add', stale, page=place).status, 'Head of Law' in
        who.get('/actions/' + one).body), (409, False))
    s.same('seen again, it is', do(who, place, 'add').status, 303)
    page = words(who.get('/actions/' + one))
    s.true('an entry is what its row says, and keeps the rest', 'By number' in page and
           'From the file change.csv, row 2' in page and 'Owner HR Lead Head of Law' in page and
           'Due 2027-06-01 2027-04-02' in page, page)
    s.true('it is told', 'What was changed: 1' in words(who.get(place)) and
           'What was added' not in words(who.get(place)), words(who.get(place)))
    s.same('and nothing of what stood as it was', re.findall(
        'From the file change', who.get('/actions/' + other).body), [])
    s.same('taken back', do(who, place, 'back', why='The wrong list').status, 303)
    page = words(who.get('/actions/' + one))
    s.true('it is what it was', 'Owner Head of Law HR Lead' in page and 'The wrong list' in page and
           'Due 2027-04-02 2027-06-01' in page and 'Detail – Long, it is' in page, page)
    place = send(who, 'change.csv', data.encode())
    do(who, place, 'add')
    who.post('/actions/%s' % one, {'title': 'Mine', 'owner_post': 'HR Lead', 'version': '5',
                                   'due': '2027-06-01'}, page=start)
    refused = do(who, place, 'back', why='x')
    s.true('not when it was changed since', refused.status == 422 and
           one + ': it was changed since' in refused.body, refused.body)


def explained(s, who):
    """Every code has a page, and the list leads there."""
    stranger = Browser(who.port)
    codes = re.findall(r'/import-errors/(\w+)"', stranger.get('/import-errors').body)
    s.same('each error of a file is explained, to anybody', [
        stranger.get('/import-errors/' + code).status for code in codes],
           len(codes) * [200])
    s.same('and no other', who.get('/import-errors/none').status, 404)
    said = re.search(r'as a whole: (.*)', words(who.get('/help/action-import-new'))).group(1)
    s.true('all that there are', all(code in codes for code in re.findall(
        r'[a-z_]+(?=[,;.])', said.split('.')[0])), (said, codes))


def clerk(server, place):
    """Somebody who may edit actions of the same council, and is no administrator."""
    secret, now = key_hash('x', 'clerk'), int(time.time() * 1000)
    change(place, "INSERT INTO account (id, council, login, password, state, made_at) VALUES "
           "(700, 1, 'clerk', 'x', 'open', 1)")
    change(place, "INSERT INTO role_grant (id, council, account, role, starts, ends, made_at) "
           "VALUES (700, 1, 700, 'clerk', '2020-01-01', '2099-01-01', 1)")
    change(place, "INSERT INTO session (id, council, account, acting, made_at, seen_at) VALUES "
           "(700, 1, 700, 1, %d, %d)" % (now, now))
    change(place, "INSERT INTO identity_key (hash, kind, council, subject) VALUES "
           "('%s', 'session', 1, 700)" % key_hash('session', secret))
    return Browser(server.port, secret)


def calls(s, program, bearer):
    def call(name, data, more=''):
        return program.ask('POST', '/api/v1/actions/imports?name=%s%s' % (name, more), data,
                           dict(bearer, **{'Content-Type': 'text/csv'}))

    def entries():
        return len(json.loads(program.get('/api/v1/actions', **bearer).body))
    before = entries()
    told = json.loads(call('bad.csv', BAD, '&check=yes').body)
    s.same('a program looks at a file', (told['import'], told['rows'], told['good'], told['bad'],
                                         told['added'], told['columns'][5]),
           (None, 3, 1, 2, False, {'heading': 'Notes', 'field': None}))
    answer = call('worse.csv', BAD.replace(b'Fine', b'Good'))
    problem = json.loads(answer.body)
    s.same('and is told each fault by row and column', (answer.status, [
        (row['row'], row['column'], row['code'], row['value'], row['pointer'])
        for row in problem['errors']][1:3]),
           (422, [(3, 'Owner', 'needed', '', None), (3, 'Due', 'day', '31/02/2027', None)]))
    s.same('what is no table', json.loads(call('x', b'\0' * 99).body)['errors'][0]['code'], 'file')
    s.same('nothing was added', entries(), before)
    fit = 'Action,Owner,Due\nBy program,HR Lead,2027-04-02\n'.encode()
    told = [json.loads(call('fit.csv', fit).body) for _ in range(2)]
    s.same('a file is added once', [(row['added'], row['already'], row['first'] == told[0]['first'])
                                    for row in told], [(True, False, True), (True, True, True)])
    s.same('by one entry', entries(), before + 1)


def imports(s, who, friend, sti, bearer=None):
    place = preview(s, who)
    bad_rows(s, who)
    sheets(s, who)
    adding(s, who, place)
    s.same("another council's import is nobody's", sti.get(place).status, 404)
    taking_back(s, who, friend, place)
    updating(s, who)
    explained(s, who)
    if bearer:
        calls(s, Browser(who.port), bearer)
    templates(s, who)
