/* The one script of Ochil's pages, for people who are signed in. Without it nothing is lost: a form
   that is sent when the session has ended waits for its owner to sign in again (web/keep_form.h).

   1. Before the session ends, by its own clock and not by counting, so that a laptop that slept is
      told, too, a dialog says so and offers to stay. The page says how long is left (page_frame.c);
      tabs tell each other. 2. Who leaves a form that was filled in and not sent is asked first. */
(() => {
    'use strict';

    /* --- 1. the session --- */

    const box = document.getElementById('session');
    const WARN_MS = 300000, LOOK_MS = 5000, KEY = 'ochil-session-ends';
    const number = (name) => Number(box.dataset[name]);
    const whole = Date.now() + number('whole');
    let ends = 0, dismissed = '';

    function stays(left) {
        ends = Math.min(Date.now() + left, whole);
        dismissed = '';
        try { localStorage.setItem(KEY, String(ends)); } catch { /* each tab for itself */ }
    }

    /* Another tab may have been used since. */
    function latest() {
        try {
            ends = Math.max(ends, Math.min(Number(localStorage.getItem(KEY)), whole));
        } catch { /* as above */ }
        return ends;
    }

    function state() {
        const now = Date.now();
        return latest() <= now ? 'over' : whole - now <= WARN_MS ? 'last'
            : ends - now <= WARN_MS ? 'soon' : '';
    }

    function look() {
        const is = state();
        if (is === '') {
            dismissed = '';
            if (box.open)
                box.close();
            return;
        }
        for (const part of box.querySelectorAll('[data-when]'))
            part.hidden = !part.dataset.when.split(' ').includes(is);
        if (!box.open && dismissed !== is)
            box.showModal();
    }

    async function stay() {
        let answer;
        try {
            answer = await fetch('/api/v1/session', { cache: 'no-store' });
        } catch {
            return;     /* no network: it is asked again */
        }
        if (answer.ok) {
            stays(number('idle'));
        } else if (answer.status === 401) {
            ends = 0;
            try { localStorage.removeItem(KEY); } catch { /* as above */ }
        }
        look();
    }

    if (box !== null) {
        stays(number('left'));
        box.querySelector('[value=stay]').addEventListener('click', stay);
        box.querySelector('[value=close]').addEventListener('click', () => box.close());
        box.addEventListener('close', () => { dismissed = state(); });
        setInterval(look, LOOK_MS);
        for (const moment of ['visibilitychange', 'focus', 'pageshow', 'storage'])
            addEventListener(moment, look);
    }

    /* --- 2. what was typed --- */

    const typed = new Set();
    const changes = (form) => form !== null && form !== undefined &&
        form.getAttribute('method') === 'post' && form.closest('main') !== null &&
        form.querySelector('[type=password]') === null;

    document.addEventListener('input', (event) => {
        if (changes(event.target.form))
            typed.add(event.target.form);
    });
    document.addEventListener('submit', (event) => typed.delete(event.target));
    addEventListener('beforeunload', (event) => {
        if (typed.size > 0)
            event.preventDefault();
    });
})();
