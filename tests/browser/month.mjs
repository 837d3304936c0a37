/* month.mjs -- a month is closed by four people of two councils, in four browsers, without scripts:
 * each begins at home. What they click is counted; journey A promises at most 25. Prints TAP. */
import { chromium } from 'playwright-core';

const told = JSON.parse(process.argv[2]);
const MOST = 25;
let number = 0;
let clicks = 0;

const check = (name, good, said) => {
    number++;
    console.log(`${good ? 'ok' : 'not ok'} ${number} - ${name}`);
    if (!good)
        console.log('# ' + String(said).replaceAll('\n', '\n# ').slice(0, 2000));
};

const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });

const signIn = async login => {
    const context = await browser.newContext({ locale: 'en-GB', javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(told.base + '/login');
    await page.fill('#login', login);
    await page.fill('#password', told.password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).first().click();
    return page;
};

/* One click, counted, on what the main part of the page has by this name. */
const click = async (page, role, name) => {
    clicks++;
    await page.locator('main').getByRole(role, { name }).first().click({ force: true });
    await page.waitForLoadState();
};

const main = page => page.locator('main').innerText();

/* Waits for the job behind a page: nothing is clicked for it, people look again. */
const until = async (page, words) => {
    for (let tries = 0; tries < 100 && !words.test(await main(page)); tries++) {
        await page.waitForTimeout(200);
        await page.reload();
    }
};

const takeIn = async (login, extract) => {
    const page = await signIn(login);
    await click(page, 'link', /Close .*P01/);
    await click(page, 'link', 'Extracts in');
    clicks++;
    await page.setInputFiles('[type=file]', extract.path);
    await click(page, 'button', 'Upload it');
    await page.fill('[name=control_lines]', extract.lines);
    await page.fill('[name=control_amount]', extract.amount);
    await click(page, 'button', 'Take it in');
    await until(page, /Taken in/i);
    check(`${login} takes the ledger in`, /Taken in/i.test(await main(page)), await main(page));
    return page;
};

const sign = async page => {
    await click(page, 'link', 'Sign-off');
    await click(page, 'button', 'Sign this run');
};

await takeIn('accounts.clk@demo.example', told.extracts.CLK);
const accountant = await takeIn('accounts.sti@demo.example', told.extracts.STI);
await accountant.goto(told.base + '/');
await click(accountant, 'link', /Close .*P01/);
await click(accountant, 'link', 'Worked out');
await click(accountant, 'button', 'Work out what each council pays');
await until(accountant, /Draft, run/);
check('what each council pays is worked out', /owes/.test(await main(accountant)),
      await main(accountant));

const first = await signIn('finance.clk@demo.example');
await click(first, 'link', /Close .*P01/);
await click(first, 'link', 'What each council pays');
await click(first, 'link', /^£/);
check('a figure has its working', /[Ww]orking/.test(await main(first)), await main(first));
await first.goBack();
await sign(first);
check('one signature locks nothing', /signed for your council/.test(await main(first)),
      await main(first));

const second = await signIn('finance.sti@demo.example');
await click(second, 'link', /Close .*P01/);
await sign(second);
check('the other one locks the month', /the period is locked/.test(await main(second)),
      await main(second));
await click(second, 'link', 'Its evidence');
await until(second, /\.ochil\.zip/);
check('and there is its evidence', /\.ochil\.zip/.test(await main(second)), await main(second));

check(`a clean month takes at most ${MOST} clicks`, clicks <= MOST, `${clicks} clicks`);
console.log(`# ${clicks} clicks`);
console.log(`1..${number}`);
await browser.close();
