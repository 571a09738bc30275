/* Collectif: nothing typed is ever lost. Every form sent by POST keeps a draft here, and one with a long text on the server too; the end
   of the session is told before it comes, and one signs in again in place. Nothing here is a list of forms: what a form is, is read
   from it. Passwords, codes, files and what a field calls secret are kept nowhere. */
(() => {
  "use strict";

  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (selector, root = document) => root.querySelector(selector);
  const reader = document.body.dataset.reader || "";
  // Who came by a link has no account: the drafts of this tab only.
  const isLink = reader === "lien";
  // The page gives a form back: what it shows is what was typed, not what is kept.
  const isRefused = document.body.hasAttribute("data-refused");
  const PREFIX = "collectif.draft.";
  const DAYS = 14;

  const store = {
    get: (key) => { try { return JSON.parse((isLink ? sessionStorage : localStorage).getItem(key)); } catch { return null; } },
    set: (key, value) => { try { (isLink ? sessionStorage : localStorage).setItem(key, JSON.stringify(value)); } catch { /* full, or private */ } },
    remove: (key) => { try { (isLink ? sessionStorage : localStorage).removeItem(key); } catch { /* private */ } },
    keys: () => { try { return Object.keys(isLink ? sessionStorage : localStorage).filter((key) => key.startsWith(PREFIX)); } catch { return []; } },
  };

  /* ---- What a form is ---- */
  const UNKEPT = ["hidden", "password", "file", "submit", "button", "image", "reset", "fieldset", "output"];
  const isKept = (field) => field.name && !field.name.startsWith("_") && !UNKEPT.includes(field.type) && !field.hasAttribute("data-secret")
    && !/one-time-code|password/.test(field.autocomplete || "");
  const fieldsOf = (form) => [...form.elements].filter(isKept);
  const isBox = (field) => field.type === "checkbox" || field.type === "radio";
  const isForm = (form) => form?.matches?.("form[data-form]") && fieldsOf(form).length > 0;
  const hasLongText = (form) => fieldsOf(form).some((field) => field.type === "textarea");
  const valuesOf = (form) => fieldsOf(form).map((field) => isBox(field) ? [field.name, field.value, field.checked] : [field.name, field.value]);
  const hidden = (form, name) => [...form.elements].find((field) => field.type === "hidden" && field.name === name);
  const hash = (text) => {
    let a = 0xdeadbeef, b = 0x41c6ce57;
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      a = Math.imul(a ^ code, 2654435761);
      b = Math.imul(b ^ code, 1597334677);
    }
    a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
    b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
    return (4294967296 * (2097151 & b) + (a >>> 0)).toString(36);
  };
  /** The same on every device: the address and what travels unseen, without marks and revisions. */
  const keyOf = (form) => {
    const unseen = [...form.elements]
      .filter((field) => field.type === "hidden" && field.name && !field.name.startsWith("_") && field.name !== "revision")
      .map((field) => `${field.name}=${field.value}`);
    return hash([new URL(form.getAttribute("action") || "", location.href).pathname, ...unseen].join("\n"));
  };
  const placeOf = (key) => PREFIX + reader + "." + key;

  /* ---- Drafts ---- */
  const forms = new Map();
  const clock = (at) => {
    const date = new Date(at);
    const hour = `${date.getHours()}\u00A0h\u00A0${String(date.getMinutes()).padStart(2, "0")}`;
    return date.toDateString() === new Date().toDateString() ? `de ${hour}`
      : `du ${date.toLocaleDateString("fr-FR", { day: "2-digit", month: "2-digit" })} à ${hour}`;
  };
  const draftOf = (form) => ({
    at: Date.now(), values: valuesOf(form), revision: hidden(form, "revision")?.value, seen: hidden(form, "_seen")?.value,
  });
  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

  function enrol(form) {
    if (forms.has(form) || !isForm(form)) return forms.get(form);
    const state = { key: keyOf(form), start: valuesOf(form), revision: hidden(form, "revision")?.value, seen: hidden(form, "_seen")?.value };
    forms.set(form, state);
    return state;
  }
  function keep(form) {
    const state = enrol(form);
    if (!state || !reader) return;
    clearTimeout(state.timer);
    state.timer = 0;
    const draft = draftOf(form);
    if (same(draft.values, state.start) && !isRefused) { forget(form); return; }
    store.set(placeOf(state.key), draft);
    if (hasLongText(form) && !isLink) {
      clearTimeout(state.sending);
      state.sending = setTimeout(() => send(form), 3000);
    }
  }
  /** Nothing more is kept of what is being sent. */
  function quiet(state) {
    clearTimeout(state.timer);
    clearTimeout(state.sending);
    state.timer = state.sending = 0;
    state.under?.abort();
  }
  function forget(form) {
    const state = forms.get(form);
    if (!state) return;
    quiet(state);
    store.remove(placeOf(state.key));
    if (state.isSent) { state.isSent = false; post("/brouillons", form, { cle: state.key, brouillon: "" }).catch(() => {}); }
  }
  const post = (address, form, entries, leaving = false, signal = undefined) => fetch(address, {
    signal, method: "POST", credentials: "same-origin", keepalive: leaving, headers: { "X-Requested-With": "fetch", Accept: "application/json" },
    body: new URLSearchParams({ _csrf: (form ? hidden(form, "_csrf") : one("input[name=_csrf]"))?.value || "", ...entries }),
  });
  async function send(form, leaving = false) {
    const state = forms.get(form);
    if (!state || !form.isConnected) return;
    clearTimeout(state.sending);
    state.sending = 0;
    const text = JSON.stringify(draftOf(form));
    if (text.length > 700000) return;
    const status = (words) => all("[data-draft-status]", form).forEach((place) => { place.textContent = words; });
    try {
      state.under = new AbortController();
      const response = await post("/brouillons", form, { cle: state.key, brouillon: text }, leaving, state.under.signal);
      if (response.ok && !response.redirected) {
        state.isSent = true;
        contacted();
        status(`Brouillon enregistré ${clock(Date.now()).replace("de ", "à ")}`);
      } else if (response.status === 401 || response.redirected) {
        signInAgain().then((isIn) => { if (isIn) send(form); });
      } else status("Brouillon gardé dans ce navigateur seulement");
    } catch { if (!state.under.signal.aborted) status("Connexion perdue : brouillon gardé dans ce navigateur"); }
  }
  function apply(form, values) {
    const left = values.map((value) => [...value]);
    for (const field of fieldsOf(form)) {
      const place = left.findIndex(([name, value]) => name === field.name && (!isBox(field) || value === field.value));
      if (place < 0) continue;
      const [entry] = left.splice(place, 1);
      if (isBox(field)) field.checked = Boolean(entry[2]); else field.value = entry[1];
    }
  }
  function setHidden(form, draft) {
    // What was known when it was typed: a change made meanwhile is noticed when the form is sent.
    const revision = hidden(form, "revision"), seen = hidden(form, "_seen");
    if (revision && draft.revision !== undefined) revision.value = draft.revision;
    if (seen && draft.seen !== undefined) seen.value = draft.seen;
  }
  function restore(form, draft) {
    const state = enrol(form);
    if (!state || !draft?.values || same(draft.values, valuesOf(form)) || !same(valuesOf(form), state.start)) return;
    apply(form, draft.values);
    if (same(valuesOf(form), state.start)) return;
    setHidden(form, draft);
    store.set(placeOf(state.key), draft);
    const line = document.createElement("p");
    line.className = "form__found";
    line.dataset.draftFound = "";
    line.setAttribute("role", "status");
    line.append(`Texte retrouvé ${clock(draft.at)} · `);
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button--quiet button--small";
    button.dataset.draftClear = "";
    button.textContent = "Effacer";
    line.append(button);
    form.prepend(line);
    fieldsOf(form)[0]?.dispatchEvent(new Event("input", { bubbles: true }));
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-draft-clear]");
    const form = button?.closest("form");
    const state = form && enrol(form);
    if (!state) return;
    state.isSent = true;
    form.reset();
    setHidden(form, state);
    forget(form);
    if (button.matches("button")) {
      button.closest("[data-draft-found]").remove();
      all("[data-most]", form).forEach(count);
      fieldsOf(form)[0]?.focus();
    }
  });
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (!isForm(form)) return;
    const state = enrol(form);
    clearTimeout(state.timer);
    state.timer = setTimeout(() => keep(form), 300);
    if (event.isTrusted) present();
  });
  document.addEventListener("change", (event) => { if (isForm(event.target.form)) keep(event.target.form); });
  const flush = () => forms.forEach((state, form) => {
    if (state.timer) keep(form);
    if (state.sending) send(form, true);
  });
  addEventListener("pagehide", flush);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") flush(); });

  // Before the page's other script reads the values.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    // The sign-in in place sends itself.
    if (form.closest(".session-dialog")) return;
    if (form.getAttribute("action") === "/deconnexion") {
      store.keys().filter((key) => key.startsWith(placeOf(""))).forEach(store.remove);
      return;
    }
    const state = enrol(form);
    if (!state) return;
    if (limit && Date.now() > limit) {
      event.preventDefault();
      event.stopImmediatePropagation();
      const button = event.submitter;
      signInAgain().then((isIn) => { if (isIn) form.requestSubmit(button?.form === form ? button : undefined); });
      return;
    }
    keep(form);
    quiet(state);
    let mark = hidden(form, "_draft");
    if (!mark) {
      mark = document.createElement("input");
      mark.type = "hidden";
      mark.name = "_draft";
      form.append(mark);
    }
    mark.value = state.key;
  }, true);
  document.addEventListener("collectif:accepted", (event) => {
    const state = enrol(event.target);
    if (!state) return;
    state.isSent = true;
    // Once its inputs were emptied for the next one.
    setTimeout(() => { forget(event.target); state.start = valuesOf(event.target); one("[data-draft-found]", event.target)?.remove(); });
  });

  /* ---- Counters: nothing is cut, what is too much is counted ---- */
  const number = (value) => value.toLocaleString("fr-FR");
  function count(field) {
    const most = Number(field.dataset.most);
    const rough = field.value.length;
    const length = rough > most * 0.8 ? [...field.value.trim()].length : rough;
    const over = length - most;
    const words = over > 0 ? `${number(over)} de trop\u00A0: ${number(most)} caractères au plus.`
      : length > most * 0.8 && most >= 100 ? `Encore ${number(-over)} caractères` : "";
    field.setCustomValidity(over > 0 ? words : "");
    let line = document.getElementById(field.dataset.mostLine || "");
    if (!line && !words) return;
    if (!line) {
      line = document.createElement("p");
      line.id = field.dataset.mostLine = (field.id || field.name) + "-compte";
      line.setAttribute("role", "status");
      field.after(line);
    }
    line.className = over > 0 ? "field__error" : "field__help";
    if (line.textContent !== words) line.textContent = words;
    if (over > 0) field.setAttribute("aria-invalid", "true"); else if (line.dataset.wasOver) field.removeAttribute("aria-invalid");
    line.dataset.wasOver = over > 0 ? "1" : "";
    line.hidden = !words;
  }
  document.addEventListener("input", (event) => { if (event.target.matches?.("[data-most]")) count(event.target); });

  /* ---- The session: its end is told, typing counts as presence, one signs in again in place ---- */
  let last = Date.now(), limit = 0, idle = 0, end = 0, asking = null, notice = null;
  const isSignedIn = reader && !isLink;
  /** The server has just been asked something: the idle limit moved, to the minute. */
  function contacted() {
    last = Date.now();
    if (idle) limit = Math.min(last + (idle - 60) * 1000, end);
    hideNotice();
  }
  function learn(answer) {
    idle = answer.idle;
    end = Date.now() + answer.end * 1000;
    contacted();
  }
  async function present(isForced = false) {
    if (!isSignedIn || (!isForced && limit && Date.now() - last < 120000) || present.running) return;
    if (limit && Date.now() > limit) { signInAgain(); return; }
    present.running = true;
    try {
      const response = await post("/session", null, {});
      if ((response.headers.get("Content-Type") || "").includes("json") && response.ok) learn(await response.json());
      else if (response.status === 401 || response.redirected) signInAgain();
    } catch { /* no network: the draft is here */ } finally { present.running = false; }
  }
  function hideNotice() { notice?.remove(); notice = null; }
  function watch() {
    if (!limit || asking) return;
    const left = limit - Date.now();
    if (left <= 0) { hideNotice(); signInAgain(); return; }
    if (left > 300000 || notice) return;
    notice = document.createElement("div");
    notice.className = "session-notice";
    notice.setAttribute("role", "alert");
    const words = document.createElement("p");
    words.textContent = `Votre session prend fin à ${clock(limit).replace("de ", "")}. Ce que vous écrivez est gardé.`;
    notice.append(words);
    if (limit < end) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button";
      button.textContent = "Rester connecté";
      button.addEventListener("click", () => present(true));
      notice.append(button);
    }
    document.body.append(notice);
  }
  setInterval(watch, 5000);

  /** Resolves to whether the same person is signed in again. */
  function signInAgain() {
    if (!isSignedIn) return Promise.resolve(false);
    asking ??= new Promise(openSignIn).finally(() => { asking = null; });
    return asking;
  }
  function openSignIn(resolve) {
    const origin = document.activeElement;
    const dialog = document.createElement("dialog");
    dialog.className = "session-dialog";
    dialog.setAttribute("aria-labelledby", "session-titre");
    const title = document.createElement("h2");
    title.id = "session-titre";
    title.textContent = "Votre session a pris fin";
    const words = document.createElement("p");
    words.textContent = "Rien n’est perdu : reconnectez-vous ici, votre saisie reste dans la page.";
    const place = document.createElement("div");
    dialog.append(title, words, place);
    let isIn = false;
    const show = async (response) => {
      if ((response.headers.get("Content-Type") || "").includes("json")) {
        const answer = await response.json();
        if (answer.reader !== reader) { location.reload(); return; }
        all("input[name=_csrf]").forEach((field) => { field.value = answer.csrf; });
        learn(answer);
        isIn = true;
        dialog.close();
        return;
      }
      const holder = document.createElement("template");
      holder.innerHTML = await response.text();
      const form = one("main form", holder.content);
      if (!form) { words.textContent = "La connexion n’a pas abouti. Ouvrez un autre onglet pour vous connecter, puis revenez ici."; return; }
      // With what stands around it: the code to scan, the codes to keep.
      place.replaceChildren(...[...(form.closest(".card") || form.parentElement).children].filter((node) => node.tagName !== "H1"));
      one("form input:not([type=hidden])", place)?.focus();
    };
    dialog.addEventListener("submit", async (event) => {
      event.preventDefault();
      event.stopPropagation();
      const form = event.target;
      try {
        await show(await fetch(form.getAttribute("action"), {
          method: "POST", credentials: "same-origin", headers: { Accept: "text/html" }, body: new URLSearchParams(new FormData(form)),
        }));
      } catch { words.textContent = "Connexion perdue. Réessayez dans un instant : votre saisie reste dans la page."; }
    });
    dialog.addEventListener("close", () => { dialog.remove(); origin?.focus?.(); resolve(isIn); });
    document.body.append(dialog);
    dialog.showModal();
    fetch("/connexion?suite=/session", { credentials: "same-origin", headers: { Accept: "text/html" } }).then(show)
      .catch(() => { words.textContent = "Connexion perdue. Votre saisie reste dans la page."; });
  }
  document.addEventListener("collectif:session-ended", (event) => {
    signInAgain().then((isIn) => { if (isIn) event.detail?.again?.(); });
  });

  /* ---- Start ---- */
  const accepted = document.cookie.split("; ").find((pair) => pair.startsWith("__Host-accepted="));
  if (accepted) {
    store.remove(placeOf(accepted.split("=")[1]));
    document.cookie = "__Host-accepted=; Path=/; Secure; SameSite=Lax; Max-Age=0";
  }
  for (const key of store.keys()) {
    const draft = store.get(key);
    if (!draft?.at || Date.now() - draft.at > DAYS * 86400000) store.remove(key);
  }
  all("[data-most]").forEach(count);
  const shown = all("form[data-form]").filter(isForm);
  shown.forEach(enrol);
  if (reader && !isRefused) {
    const open = shown.filter((form) => !one("[data-draft-found]", form));
    open.forEach((form) => restore(form, store.get(placeOf(forms.get(form).key))));
    const long = open.filter(hasLongText);
    if (isSignedIn && long.length) {
      const query = new URLSearchParams(long.slice(0, 50).map((form) => ["cle", forms.get(form).key]));
      fetch("/brouillons?" + query, { credentials: "same-origin", headers: { Accept: "application/json" } })
        .then((response) => response.ok && !response.redirected ? response.json() : { drafts: [] })
        .then(({ drafts }) => drafts.forEach(({ key, body }) => {
          const form = long.find((candidate) => forms.get(candidate).key === key);
          if (!form) return;
          forms.get(form).isSent = true;
          restore(form, body);
        })).catch(() => {});
    }
  }
  // After « Enregistrer et ajouter un autre », one goes on typing.
  if (new URLSearchParams(location.search).has("_autre")) fieldsOf(shown[0] || document.createElement("form"))[0]?.focus();
})();
