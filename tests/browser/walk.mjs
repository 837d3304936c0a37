/* Walks the pages of a served store in Chromium and prints TAP. Axe needs script, so it is switched
   off for the last way through alone.

     node walk.mjs '{"base":"http://localhost:8080","first":"/first/...","password":"...",
                     "help":["/help/job-list"],"shots":null}'

   tests/browser_test.py seeds the store and calls this. */
import { readFileSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';
import { HtmlValidate } from 'html-validate';

const told = JSON.parse(process.argv[2]);
const require = createRequire(import.meta.url);
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const judge = new HtmlValidate({ extends: ['html-validate:standard'], rules: {
    /* The writer puts "" round every value and shortens nothing. */
    'attribute-boolean-style': 'off', 'no-implicit-button-type': 'error',
    'void-style': 'off', 'long-title': 'off' } });
const LOOKS = [['1280', 1280, 'light'], ['1280 dark', 1280, 'dark'], ['375', 375, 'light'],
               ['320', 320, 'light'], ...(told.shots ? [['375 dark', 375, 'dark']] : [])];

/* Of the pages a quarter is looked at at every width and in the dark, a quarter where room is least
   (charts in the dark, too), and the other half is only asked the rules of the house there; other
   pages each day, and all of them everywhere with --all or --shots. */
const CHARTS = ['month show', 'settlement show', 'what-if show', 'working show'];
const whole = told.all || told.shots !== null;
let turn = told.day;
const narrow = (verb) => LOOKS.filter(
    ([name]) => name === '320' || (name === '1280 dark' && CHARTS.includes(verb)));
const HOUSE = [['320', 320, 'light', 'the house alone']];
const inTurn = (verb) => whole ? LOOKS : [LOOKS, HOUSE, narrow(verb), HOUSE][turn++ % 4];

let count = 0, failed = 0;
function tell(words, faults) {
    count++;
    failed += faults.length > 0;
    console.log(`${faults.length ? 'not ok' : 'ok'} ${count} - ${words}`);
    for (const fault of faults.slice(0, 12))
        console.log(`# ${String(fault).replace(/\n/g, '\n# ')}`);
}

/* --- what is asked of every page --- */

/* A page has the same elements at every width and in the dark: what depends on how they look is
   asked there, all the rest once. At 375 pixels colours are those of the other widths. With
   --shots all is asked everywhere. */
const PLACED = ['scrollable-region-focusable', 'target-size'];
const LOOKED_AT = ['color-contrast', 'link-in-text-block', ...PLACED];

async function axeFaults(page, all, rules) {
    const found = await page.evaluate((rules) => window.axe.run(document, {
        resultTypes: ['violations'], ...(rules ? { runOnly: { type: 'rule', values: rules } } : {}),
    }), all ? null : rules);
    return found.violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.html} ${n.any.map(
        (a) => a.message).join('; ')}`));
}

/* The rules of the house, in the page. */
function houseFaults() {
    const faults = [];
    const shown = (e) => e && e.getClientRects().length > 0 &&
        getComputedStyle(e).visibility !== 'hidden';
    if (document.documentElement.scrollWidth > document.documentElement.clientWidth)
        faults.push(`it scrolls sideways: ${document.documentElement.scrollWidth} pixels`);
    if (!document.documentElement.lang)
        faults.push('no lang');
    if (document.querySelectorAll('h1').length !== 1)
        faults.push('not one h1');
    for (const table of document.querySelectorAll('table')) {
        if (!table.caption || !table.caption.textContent.trim())
            faults.push('a table without a caption');
        if ([...table.querySelectorAll('th')].some((th) => !th.scope))
            faults.push('a heading of a table without a scope');
    }
    if (document.querySelector('canvas'))
        faults.push('a canvas');
    if (document.querySelector('header')) {
        for (const link of document.querySelectorAll('.main-nav a, .side-nav a'))
            if (!shown(link))
                faults.push(`not in sight: ${link.outerHTML}`);
        if (!document.querySelector('.main-nav a'))
            faults.push('no main navigation');
        if (!document.querySelector('.who-sees') || !document.querySelector('footer a[href^="/help"]'))
            faults.push('not said who can see it, or no help');
    }
    for (const control of document.querySelectorAll('button, .main-nav a, .side-nav a')) {
        const box = control.getBoundingClientRect();
        if (shown(control) && box.height < 24)
            faults.push(`too small to hit: ${control.outerHTML}`);
    }
    return faults;
}

/* Whatever the Tab key stops at looks otherwise when a keyboard has brought the focus there. */
function focusFaults() {
    const faults = [];
    const stops = [...document.querySelectorAll(
        'a[href], button, input, select, textarea, summary, [tabindex]')].filter((e) =>
        e.tabIndex >= 0 && !e.disabled && e.getClientRects().length > 0);
    for (const e of stops) {
        e.focus({ focusVisible: true });
        const s = getComputedStyle(e), box = e.getBoundingClientRect();
        const marked = (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2) ||
            s.boxShadow !== 'none';
        if (document.activeElement === e && (!marked || box.width <= 1))
            faults.push(`focus not seen: ${e.outerHTML.slice(0, 120)}`);
    }
    return stops.length ? faults : ['nothing to stop at'];
}

const OUR_SCRIPT = '<script src="/script.js" defer=""></script>';
const htmlFaults = (html) => /<script|<style| style=/i.test(html.replace(OUR_SCRIPT, ''))
    ? ['script or style'] : judge.validateStringSync(html).results.flatMap((r) => r.messages.map(
    (m) => `${m.ruleId} ${m.line}:${m.column} ${m.message}`));

/* All help pages but the list have one form: each is valid, and every eighth is looked at where
   room is least. So are all pages of the registers that are like the one of risks. */
let helps = 0;
const LIKE_RISKS = /^\/(new-)?(action|obligation|polic|quer|initiative|memorand|fund)/;
const looksOf = (words) => whole ? LOOKS
    : LIKE_RISKS.test(words) ? narrow()
    : !/^\/help\/./.test(words) ? inTurn()
    : helps++ % 8 === 0 ? narrow() : [];

async function look(page, words, html, looks = looksOf(words)) {
    tell(`${words}: its HTML is valid`, htmlFaults(html));
    if (looks.length === 0)
        return;
    if (looks !== HOUSE)
        await page.evaluate(axe);
    for (const [name, width, scheme] of looks) {
        await page.setViewportSize({ width, height: 800 });
        await page.emulateMedia({ colorScheme: scheme });
        if (looks !== HOUSE)
            tell(`${words} at ${name}: axe finds nothing`,
                 await axeFaults(page, whole || name === looks[0][0],
                                 name === '375' ? PLACED : LOOKED_AT));
        tell(`${words} at ${name}: as the house has it`, await page.evaluate(houseFaults));
        if (told.shots) {
            mkdirSync(told.shots, { recursive: true });
            const file = `${words} ${name}`.replace(/[^A-Za-z0-9]+/g, '-');
            await page.screenshot({ path: `${told.shots}/${file}.png`, fullPage: true });
        }
    }
    await page.setViewportSize({ width: 1280, height: 800 });
    if (looks.length < LOOKS.length)
        return;
    await page.emulateMedia({ colorScheme: 'light', media: 'print' });
    tell(`${words} on paper: no navigation`, await page.evaluate(() =>
        [...document.querySelectorAll('nav, button')].filter((e) => e.getClientRects().length)
            .map((e) => e.outerHTML)));
    await page.emulateMedia({ media: 'screen' });
    tell(`${words}: focus is seen`, await page.evaluate(focusFaults));
}

/* A page of which only its HTML is asked today is fetched, not drawn. */
const walked = new Set();
async function walk(page, paths) {
    for (const path of paths) {
        walked.add(path);
        const words = path.replace(/[0-9a-f]{64}/, 'LINK'), looks = looksOf(words);
        const answer = await (looks.length ? page.goto(told.base + path)
            : page.context().request.get(told.base + path));
        if (answer.status() !== (path.startsWith('/no/such') ? 404 : 200))
            tell(`${path} is there`, [answer.status()]);
        await look(page, words, await answer.text(), looks);
    }
}

/* --- the way through --- */

const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    args: process.getuid() === 0 ? ['--no-sandbox'] : [],
});
const context = await browser.newContext({ locale: 'en-GB' });
let page = await context.newPage();
const said = [];
page.on('console', (message) => said.push(message.text()));

/* Sends the form that has this button; the HTML that comes back. */
async function send(button) {
    const [answer] = await Promise.all([
        page.waitForResponse((r) => r.request().isNavigationRequest() && r.status() !== 303),
        page.waitForNavigation(),
        page.getByRole('button', { name: button, exact: true }).first().click(),
    ]);
    return answer.text();
}
async function follow(link) {
    await Promise.all([page.waitForNavigation(),
                       page.getByRole('link', { name: link }).first().click()]);
}
const holds = async (selector, text) =>
    (await page.locator(selector).allInnerTexts()).some((t) => t.includes(text))
        ? [] : [`${page.url()}: no ${text} in ${selector}`];

await walk(page, ['/login', '/help', ...told.help, '/api', '/accessibility', '/import-errors',
            '/import-errors/unknown', told.first]);

await page.fill('#login', 'first.clk');
await page.fill('#password', 'short');
await page.fill('#again', 'short');
await look(page, 'a refused form', await send('Make the account'));
await page.fill('#password', told.password);
await page.fill('#again', told.password);
await send('Make the account');
tell('the cookie is taken over http://localhost: signed in', await holds('.whom', 'first.clk'));
tell('whom one acts for is in sight', await holds('.whom', 'Acting for Clackmannanshire'));
const cookie = (await context.cookies()).find((c) => c.name === '__Host-ochil');
tell('the cookie is secure and closed to scripts',
     cookie && cookie.secure && cookie.httpOnly && cookie.sameSite === 'Lax' ? [] : [cookie]);

await walk(page, [
    '/',
    '/jobs',
    '/trail',
    '/sessions',
    '/account/password', '/account/council-login',
    '/tokens',
    '/second-factor',
    '/people', '/roles', '/roles/clerk', '/roles/member',
    '/council/key',
    '/council/login',
    '/exports',
    '/actions',
    '/new-action',
    '/actions/import/new',
    '/obligations',
    '/risks',
    '/new-risk',
    '/help',
    told.help[0],
    '/api',
    '/accessibility',
    '/search', '/search?q=first',
    '/no/such/page',
]);
await page.goto(told.base + '/tokens');
await look(page, 'a token refused', await send('Make it'));
await page.fill('#name', 'month end script');
await page.fill('#ends', told.tomorrow);
await look(page, 'a token made', await send('Make it'));
await send('End it');
tell('what was done is said', await holds('.done', 'The token has ended.'));
await look(page, 'what was done', await page.content());
await page.reload();
tell('and said once', (await page.locator('.done').count()) === 0 ? [] : ['it is said again']);

/* Entries from a file: what is not fit, and what they will be. */
await page.goto(told.base + '/actions/import/new');
await page.setInputFiles('#file', { name: 'log.csv', mimeType: 'text/csv', buffer: Buffer.from(
    'Log\nAction,Owner,Due,Notes\nTrain staff,HR lead,03/04/2030,x\n,HR lead,soon,\n') });
await look(page, 'a file with a bad row', await send('Look at it'));
tell('the reader is told which', await holds('table', 'Enter a day'));
await page.goto(told.base + '/actions/import/new');
await page.setInputFiles('#file', { name: 'fit.csv', mimeType: 'text/csv', buffer: Buffer.from(
    'Action,Owner,Due\nTrain staff,HR lead,03/04/2030\n') });
await look(page, 'a file that is fit', await send('Look at it'));
await look(page, 'what was added', await send('Add 1 action'));

/* A register: its forms, its list, an entry that names another. */
await page.goto(told.base + '/new-risk');
await look(page, 'a risk refused', await send('Record it'));
for (const [name, value] of Object.entries({ title: 'The payroll run fails',
    description: 'Both councils pay late.', owner_post: 'Head of Finance',
    review_due: told.tomorrow }))
    await page.fill(`#${name}`, value);
for (const name of ['inherent_likelihood', 'inherent_impact', 'current_likelihood',
                    'current_impact'])
    await page.selectOption(`#${name}`, '4');
await page.selectOption('#category', 'finance');
await look(page, 'a risk', await send('Record it'));
await follow('Record an action');
tell('the form of an action knows the risk', await page.inputValue('#risk') === 'CLK-1'
    ? [] : [await page.inputValue('#risk')]);
await page.fill('#title', 'Test the restore');
await page.fill('#owner_post', 'ICT manager');
await page.fill('#due', told.tomorrow);
await send('Record it');
await follow('CLK-1');
tell('the risk tells of it', await holds('td', 'Test the restore'));
await walk(page, ['/risks?sort=current_score', '/obligations', '/policies', '/services']);

await page.goto(told.base + '/exports');
await look(page, 'an export asked for', await send('Pack everything'));

/* With rows in it, which the one who called this has put there. */
console.log('# seed');
await new Promise((resolve) => process.stdin.once('data', resolve));
await walk(page, ['/kept-forms/7', '/jobs', '/jobs/7000']);
await send('Stop it');
tell('a job is told to stop', await holds('.done', 'told to stop'));

await page.goto(told.base + '/jobs/7000?x=1');
await look(page, 'the same in Gaelic', await send('G\u00E0idhlig'));
tell('the switch keeps the page', page.url() === told.base + '/jobs/7000?x=1' ? [] : [page.url()]);
tell('Gaelic words are Gaelic', await page.evaluate(() => [
    document.documentElement.lang === 'gd' ? '' : 'the page is not',
    document.querySelector('main').lang === 'en-GB' ? '' : 'the English part is not marked',
    document.querySelector('.main-nav a').textContent === 'Dachaigh' ? '' : 'home is not',
    document.querySelector('.main-nav a[href="/jobs"] [lang="en-GB"]') ? '' : 'Jobs is not marked',
].filter(Boolean)));
await send('English');
await send('Sign out');
tell('signed out', await holds('.done', 'You are signed out.'));
await page.fill('#login', 'first.clk');
await page.fill('#password', 'not this one');
await look(page, 'a wrong password', await send('Sign in'));
await page.fill('#password', told.password);
await send('Sign in');
tell('signed in again', await holds('.whom', 'first.clk'));

/* --- before the session ends, by a clock of the test's own --- */

const MINUTE = 60000, first_page = page;
page = await context.newPage();
await page.clock.install();
await page.goto(told.base + '/new-risk');
const asked = [], shown = () => page.locator('#session').isVisible();
page.on('request', (r) => asked.push(new URL(r.url()).pathname));
const says = async (words, text) => tell(words, await shown() && (await page.locator('#session')
    .innerText()).includes(text) ? [] : [await page.locator('#session').innerHTML()]);
await page.focus('#title');
await page.clock.fastForward(54 * MINUTE);
tell('nothing is said while there is time', await shown() ? ['a dialog'] : []);
await page.clock.fastForward(2 * MINUTE);
await says('before the session ends a dialog says so', 'less than five minutes');
tell('and offers to stay, not to sign in',
     await holds('#session button', 'Stay signed in').then(async (f) => f.length ||
         !await page.getByRole('link', { name: 'Sign in' }).isVisible() ? f : ['a link']));
await page.evaluate(axe);
tell('axe finds nothing in it', await axeFaults(page, true));
await page.setViewportSize({ width: 320, height: 800 });
tell('nor the house at 320', await page.evaluate(houseFaults));
if (told.shots)
    await page.screenshot({ path: `${told.shots}/session-ends-320.png` });
await page.setViewportSize({ width: 1280, height: 800 });
tell('the keyboard is at what helps', await page.evaluate(() => document.activeElement.value) ===
     'stay' ? [] : [await page.evaluate(() => document.activeElement.outerHTML)]);
await page.keyboard.press('Enter');
await page.waitForFunction(() => !document.getElementById('session').open);
tell('one key stays signed in, by a sign of life', asked.includes('/api/v1/session') ? [] : asked);
tell('and the keyboard is where it was', await page.evaluate(() => document.activeElement.id) ===
     'title' ? [] : ['elsewhere']);
await page.clock.fastForward(50 * MINUTE);
tell('for about another hour', await shown() ? ['a dialog'] : []);
await page.clock.fastForward(8 * MINUTE);
await page.keyboard.press('Escape');
await page.clock.fastForward(MINUTE / 2);
tell('who has closed it is not asked twice', await shown() ? ['a dialog'] : []);
await page.clock.fastForward(180 * MINUTE);
await says('a laptop that slept is told that it is over', 'Your session has ended');
tell('with a way in', await holds('#session a', 'Sign in'));
await page.getByRole('button', { name: 'Back to the page' }).click();
await page.fill('#title', 'Typed and not sent');
let warned = 0;
page.on('dialog', (dialog) => { warned += dialog.type() === 'beforeunload'; dialog.dismiss(); });
await page.close({ runBeforeUnload: true });
for (let wait = 0; warned === 0 && wait < 50; wait++)
    await new Promise((resolve) => setTimeout(resolve, 20));
tell('who leaves what was typed is asked first', warned === 1 ? [] : [warned]);
page = first_page;

/* --- two people of two councils --- */

/* Somebody signed in, whom the one who called this has put there. */
async function person(cookie, base = told.base) {
    const theirs = await browser.newContext({ locale: 'en-GB' });
    await theirs.addCookies([{ name: '__Host-ochil', value: cookie, secure: true,
                               httpOnly: true, url: base.replace('http:', 'https:') }]);
    const opened = await theirs.newPage();
    opened.on('console', (message) => said.push(message.text()));
    return opened;
}
async function write(words) {
    for (const [name, value] of Object.entries(words))
        await page.fill(`#${name}`, value);
}
const legal = await person(told.office['legal.clk']), ours = await person(told.office['chief.clk']),
    theirs = await person(told.office['chief.sti']);

page = legal;
await page.goto(told.base + '/proposals');
await follow('Prepare a proposal');
await follow('Data-sharing agreement');
await look(page, 'a draft refused', await send('Keep the draft'));
await write({ subject: 'School transport', purpose: 'One timetable of school buses',
    basis: 'Education (Scotland) Act 1980 s.51', people: 'Pupils', data: 'Name, school, stop',
    receives: 'The transport team', protects: 'Sealed', kept: 'Ten years', dpia: 'DPIA 12',
    contact: 'Data protection officers', review: '2028', effective: told.today });
await send('Keep the draft');
await send('Propose it');
tell('it is proposed', await holds('.done', 'It is proposed.'));
const first = page.url();
tell('who prepared it has no button, and is told why',
     (await page.getByRole('button', { name: 'Agree', exact: true }).count()) > 0 ? ['a button']
         : await holds('main p', 'has not authorised this person'));

page = theirs;
await page.goto(told.base + '/');
tell('the first page of the partner says what waits', await holds('main', '1 proposal'));
await follow('1 proposal');
await follow('School transport');
await page.fill('#reason', 'Ten years is too long.');
await send('Return it with this reason');
tell('it is returned', await holds('.done', 'It is returned.'));

page = legal;
await page.goto(first);
tell('and says why', await holds('td', 'Ten years is too long.'));
await follow('Propose it again, changed');
await write({ kept: 'One year', effective: told.today });
await send('Keep the draft');
await send('Propose it');
const second = page.url();

page = ours;
await page.goto(second);
await write({ body: 'Clackmannanshire Council', decided: told.today, minute: 'item 7' });
await page.setInputFiles('#file', { name: 'minute 7.pdf', mimeType: 'application/pdf',
                                    buffer: Buffer.from('%PDF minute') });
await send('Agree');
tell('one council agrees', await holds('.done', 'Your council has agreed.'));

page = theirs;
let answer = await page.goto(second);
await look(page, 'a proposal that waits', await answer.text());
await follow('minute 7.pdf');
tell('the partner may read the decision', await holds('dd', 'Clackmannanshire'));
await page.goBack();
await write({ body: 'Stirling Council', decided: told.today, minute: 'paper 4' });
await send('Agree');
tell('every council has agreed', await holds('.done', 'Every council has agreed.'));
tell('it is in force', await holds('dd', 'in force'));
await walk(page, ['/proposals?show=in-force', '/new-evidence']);

page = ours;
await walk(page, ['/evidence']);

/* --- every page of the policy, by somebody who may see it --- */

tell('every page of the policy is seen by somebody', told.every.missed);
const people = {};
for (const [verb, login, path] of told.every.pages.filter(([, , path]) => !walked.has(path))) {
    people[login] ||= await person(told.every.people[login], told.every.base);
    answer = await people[login].goto(told.every.base + path);
    tell(`${verb} is there for ${login}`, answer.status() === 200 ? [] : [answer.status()]);
    await look(people[login], `${verb} on ${path}`, await answer.text(),
               inTurn(verb));
}
page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
await page.goto(told.base + '/login');
await page.fill('#login', 'first.clk');
await page.fill('#password', told.password);
await send('Sign in');
tell('without script: signed in', await holds('.whom', 'first.clk'));
await send('Sign out');
tell('without script: signed out', await holds('.done', 'You are signed out.'));

/* A page that is not found answers 404, which Chromium's console tells, too. */
tell('no report of the policy, nothing on the console',
     said.filter((text) => !/status of (404|422)|^Clear-Site-Data header/.test(text)));
await browser.close();
console.log(`1..${count}`);
process.exit(failed > 0 ? 1 : 0);
