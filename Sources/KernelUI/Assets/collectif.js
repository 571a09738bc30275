/* Collectif: shortens the way, never is the way. Every page works without this file.
   Nothing here builds markup from data: fragments come whole from the server, texts are set as text. */
(() => {
  "use strict";

  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (selector, root = document) => root.querySelector(selector);
  const on = (type, handler, options) => document.addEventListener(type, handler, options);
  const remember = {
    get: (key) => { try { return localStorage.getItem("collectif." + key); } catch { return null; } },
    set: (key, value) => { try { localStorage.setItem("collectif." + key, value); } catch { /* private window */ } },
  };

  /** Same origin only: an address that leaves the house is not followed. */
  const house = (address) => {
    try {
      const url = new URL(address, location.href);
      return url.origin === location.origin ? url : null;
    } catch { return null; }
  };

  /* ---- Announcements ---- */
  let voice;
  const say = (text) => {
    if (!voice) {
      voice = document.createElement("p");
      voice.className = "vh";
      voice.setAttribute("role", "status");
      document.body.append(voice);
    }
    voice.textContent = "";
    setTimeout(() => { voice.textContent = text; }, 50);
  };

  /* ---- Colour scheme: scheme.js puts the kept one on the next page ---- */
  const isDark = () => {
    const chosen = document.documentElement.dataset.scheme;
    return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  };
  const showScheme = () => all("[data-scheme-toggle]").forEach((button) => {
    button.hidden = false;
    button.setAttribute("aria-pressed", String(isDark()));
  });
  on("click", (event) => {
    if (!event.target.closest("[data-scheme-toggle]")) return;
    const scheme = isDark() ? "light" : "dark";
    document.documentElement.dataset.scheme = scheme;
    remember.set("scheme", scheme);
    showScheme();
  });

  /* ---- Forms: leaving a changed one asks, sending it twice does nothing ---- */
  const changed = new Set();
  const snapshot = (form) => new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string")).toString();
  const starts = new WeakMap();
  on("input", (event) => {
    const form = event.target.form;
    if (!form || !form.matches("[data-guard]")) return;
    if (starts.has(form) && snapshot(form) === starts.get(form)) changed.delete(form);
    else changed.add(form);
  });
  addEventListener("beforeunload", (event) => {
    if ([...changed].some((form) => form.isConnected)) event.preventDefault();
  });
  const release = (form) => {
    delete form.dataset.busy;
    all("[data-busy]", form).forEach((button) => {
      button.disabled = false;
      delete button.dataset.busy;
      if (button.dataset.said) { button.textContent = button.dataset.said; delete button.dataset.said; }
    });
  };
  on("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented) return;
    // Forms judge nothing by themselves, but a file or a text that is known to be refused is not sent.
    const refused = all("input, textarea", form).find((input) => input.validity.customError);
    if (refused) { event.preventDefault(); refused.focus(); return; }
    if (form.dataset.busy) { event.preventDefault(); return; }
    if (form.matches("[data-fetch]")) { event.preventDefault(); sendFragment(form, event.submitter); return; }
    if (form.method === "get") return;
    form.dataset.busy = "1";
    changed.delete(form);
    // Once the browser has taken the values, so that the pressed button's own value is sent.
    setTimeout(() => form.querySelectorAll("button:not([type=button]), input[type=submit]").forEach((button) => {
      if (!button.disabled) { button.disabled = true; button.dataset.busy = "1"; }
      // What takes long says so, to everybody.
      if (button.dataset.wait) { button.dataset.said = button.textContent.trim(); button.textContent = button.dataset.wait; button.setAttribute("aria-live", "polite"); }
    }));
    // A download leaves the page in place: the buttons come back.
    setTimeout(() => release(form), 10000);
  });
  addEventListener("pageshow", (event) => { if (event.persisted) all("form[data-busy]").forEach(release); });

  /* ---- Files: one over the limit is told before it travels, and the form keeps what it holds ---- */
  on("change", (event) => {
    const input = event.target;
    if (!input.matches("input[type=file][data-max-bytes]")) return;
    const sizes = [...input.files].map((file) => file.size);
    const isTooLarge = sizes.some((size) => size > Number(input.dataset.maxBytes))
      || sizes.reduce((sum, size) => sum + size, 0) > Number(input.dataset.maxTotal || Infinity);
    input.setCustomValidity(isTooLarge ? input.dataset.tooLarge : "");
    let line = one("[data-file-fault]", input.parentElement);
    if (!line && isTooLarge) {
      line = document.createElement("p");
      line.className = "field__error";
      line.dataset.fileFault = "";
      line.setAttribute("role", "alert");
      input.after(line);
    }
    if (line) { line.textContent = isTooLarge ? input.dataset.tooLarge : ""; line.hidden = !isTooLarge; }
  });

  /* ---- Sending a form and placing the fragment that comes back ---- */
  const fragmentOf = (html) => {
    const holder = document.createElement("template");
    holder.innerHTML = html;
    return holder.content;
  };
  /** The sentence of a refusal: of a page the sentence alone, of a fragment its text. */
  const refusalText = (html) => {
    const answer = fragmentOf(html);
    return ((one("main p", answer) || answer).textContent || "").trim().slice(0, 300);
  };
  const complain = (form, text) => {
    const place = one("[data-status]", form) || one("[data-live-status]");
    if (place) place.textContent = text; else say(text);
  };
  async function sendFragment(form, button) {
    const url = house(button?.getAttribute("formaction") || form.action);
    if (!url) return;
    form.dataset.busy = "1";
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form, button?.name ? button : undefined)) if (typeof value === "string") body.append(name, value);
    try {
      const response = await fetch(url, {
        method: "POST", body, credentials: "same-origin", headers: { "X-Requested-With": "fetch", Accept: "text/html" },
      });
      const html = await response.text();
      if (response.redirected || response.status === 401) {
        complain(form, "Votre session a pris fin : rien n’a été enregistré. Votre texte est toujours là.");
        form.dispatchEvent(new CustomEvent("collectif:session-ended", { bubbles: true, detail: { again: () => sendFragment(form, button) } }));
        return;
      }
      if (!response.ok) { complain(form, refusalText(html) || "Non enregistré. Réessayez."); return; }
      const target = form.dataset.target ? one(form.dataset.target) : form;
      const content = fragmentOf(html);
      if (form.dataset.mode === "replace") target.replaceWith(content); else target.append(content);
      complain(form, "");
      form.dispatchEvent(new CustomEvent("collectif:accepted", { bubbles: true }));
      if (form.isConnected && form.dataset.mode !== "replace") {
        all("textarea, input[type=text]", form).forEach((field) => { field.value = ""; });
        one("textarea, input[type=text]", form)?.focus();
      }
      target.lastElementChild?.scrollIntoView({ block: "nearest" });
      say(form.dataset.done || "Enregistré");
    } catch {
      complain(form, "Connexion perdue : rien n’a été enregistré. Votre texte est toujours là.");
    } finally {
      release(form);
    }
  }

  /* ---- Names beyond a list: proposed while one types; the form is read the same without ---- */
  const proposing = new WeakMap();
  on("input", (event) => {
    const input = event.target;
    if (!input.matches?.("input[data-suggest]")) return;
    clearTimeout(proposing.get(input));
    proposing.set(input, setTimeout(async () => {
      const text = input.value.trim();
      const url = text.length > 1 && house(input.dataset.suggest + encodeURIComponent(text));
      if (!url) return;
      try {
        const response = await fetch(url, { credentials: "same-origin", headers: { "X-Requested-With": "fetch", Accept: "text/html" } });
        if (!response.ok || response.redirected) return;
        const html = await response.text();
        if (input.value.trim() === text) input.list?.replaceChildren(fragmentOf(html));
      } catch { /* the name is looked up when the form is sent */ }
    }, 200));
  });

  /* ---- Rows chosen, and their number in the button ---- */
  let lastBox = null;
  const scopeOf = (node) => node.closest("form") || node.closest(".table-wrap") || document;
  function countRows(scope) {
    const boxes = all("[data-row-select]", scope);
    const chosen = boxes.filter((box) => box.checked).length;
    boxes.forEach((box) => box.closest("tr")?.setAttribute("aria-selected", String(box.checked)));
    all("[data-select-all]", scope).forEach((head) => {
      head.checked = chosen > 0 && chosen === boxes.length;
      head.indeterminate = chosen > 0 && chosen < boxes.length;
    });
    all(".bulkbar", scope).forEach((bar) => bar.toggleAttribute("data-empty", chosen === 0));
    all("[data-bulk]", scope).forEach((button) => {
      button.textContent = `${button.dataset.bulk} ${chosen}\u00A0${chosen < 2 ? "ligne" : "lignes"}`;
      button.disabled = chosen === 0;
    });
    all("[data-bulk-count]", scope).forEach((place) => {
      place.textContent = chosen === 0 ? "Aucune ligne choisie" : `${chosen}\u00A0${chosen < 2 ? "ligne choisie" : "lignes choisies"}`;
    });
  }
  on("change", (event) => {
    const box = event.target;
    if (box.matches("[data-select-all]")) {
      all("[data-row-select]", scopeOf(box)).forEach((row) => { row.checked = box.checked; });
      countRows(scopeOf(box));
    } else if (box.matches("[data-row-select]")) {
      countRows(scopeOf(box));
    }
  });
  on("click", (event) => {
    const box = event.target;
    if (!box.matches?.("[data-row-select]")) return;
    if (event.shiftKey && lastBox && lastBox !== box && scopeOf(lastBox) === scopeOf(box)) {
      const boxes = all("[data-row-select]", scopeOf(box));
      const [from, to] = [boxes.indexOf(lastBox), boxes.indexOf(box)].sort((a, b) => a - b);
      boxes.slice(from, to + 1).forEach((row) => { row.checked = box.checked; });
      countRows(scopeOf(box));
    }
    lastBox = box;
  });

  /* ---- Structure selector: a choice by pointer goes at once; by keyboard it waits for Enter ---- */
  let byKeyboard = false;
  const go = (select) => {
    const url = house(select.value);
    if (url && select.value.startsWith("/")) location.assign(url);
  };
  on("keydown", (event) => {
    if (!event.target.matches?.("select[data-navigate]")) return;
    byKeyboard = event.key !== "Enter";
    if (event.key === "Enter") { event.preventDefault(); go(event.target); }
  });
  on("pointerdown", () => { byKeyboard = false; });
  on("change", (event) => {
    if (event.target.matches("select[data-navigate]") && !byKeyboard) go(event.target);
  });

  /* ---- Meeting day: tabs on a phone, the minute running, fragments that refresh ---- */
  function openPanel(live, name) {
    all("[data-live-panel]", live).forEach((panel) => panel.toggleAttribute("data-live-open", panel.dataset.livePanel === name));
    all("[data-live-tab]", live).forEach((tab) => {
      if (tab.dataset.liveTab === name) tab.setAttribute("aria-current", "true"); else tab.removeAttribute("aria-current");
    });
  }
  on("click", (event) => {
    const tab = event.target.closest("[data-live-tab]");
    if (!tab) return;
    event.preventDefault();
    openPanel(tab.closest("[data-live]"), tab.dataset.liveTab);
  });
  const minutesText = (minutes) => minutes < 60 ? `${minutes}\u00A0min` : `${Math.floor(minutes / 60)}\u00A0h\u00A0${String(minutes % 60).padStart(2, "0")}`;
  const tick = () => all("[data-clock-start]").forEach((clock) => {
    const start = Date.parse(clock.dataset.clockStart);
    if (Number.isNaN(start)) return;
    const minutes = Math.max(0, Math.floor((Date.now() - start) / 60000));
    const text = minutesText(minutes);
    if (clock.textContent !== text) clock.textContent = text;
    clock.toggleAttribute("data-clock-over", minutes > Number(clock.dataset.clockPlanned || Infinity));
  });
  async function refresh(place) {
    const url = house(place.dataset.refresh);
    if (!url || document.visibilityState !== "visible" || place.contains(document.activeElement)) return;
    try {
      const response = await fetch(url, { credentials: "same-origin", headers: { "X-Requested-With": "fetch", Accept: "text/html" } });
      if (response.redirected || response.status === 401) {
        place.dispatchEvent(new CustomEvent("collectif:session-ended", { bubbles: true, detail: { again: () => refresh(place) } }));
        return;
      }
      if (!response.ok) return;
      const html = await response.text();
      if (html === place.lastHTML) return;
      place.lastHTML = html;
      place.replaceChildren(fragmentOf(html));
      tick();
    } catch { /* the next turn will tell */ }
  }

  /* ---- Keyboard ---- */
  const typing = (node) => node.isContentEditable || node.matches?.("input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select");
  const shortcutsOn = () => remember.get("shortcuts") !== "off";
  const visible = (node) => node.getClientRects().length > 0;
  const press = (node) => {
    if (node.matches("input, select, textarea")) { node.focus(); node.select?.(); } else { node.focus(); node.click(); }
  };
  let prefix = "", prefixTimer;
  function moveRow(step) {
    const rows = all("[data-row]").filter(visible);
    if (!rows.length) return;
    const index = rows.findIndex((row) => row.hasAttribute("data-row-current"));
    const next = rows[Math.min(rows.length - 1, Math.max(0, index < 0 ? (step > 0 ? 0 : rows.length - 1) : index + step))];
    rows[index]?.removeAttribute("data-row-current");
    next.setAttribute("data-row-current", "");
    (one("th a, a", next) || next).focus();
  }
  on("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
      const form = event.target.form || event.target.closest?.("form");
      if (form) { event.preventDefault(); form.requestSubmit(); }
      return;
    }
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.target.matches?.("textarea[data-decision-input]")) {
      event.preventDefault();
      if (event.target.value.trim()) event.target.form.requestSubmit();
      return;
    }
    if (!shortcutsOn()) return;
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) {
      const key = event.key.toLowerCase();
      if (key === "d") {
        const button = event.target.closest?.("[data-note]") && one("[data-to-decision]", event.target.closest("[data-note]"));
        if (button) { event.preventDefault(); button.click(); }
      } else if (key === "k") {
        const search = one("[data-palette]");
        if (search && visible(search)) { event.preventDefault(); press(search); }
      }
      return;
    }
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Escape") {
      const menu = one("details.menu[open]");
      if (menu) { menu.open = false; one("summary", menu).focus(); }
      return;
    }
    if (typing(event.target) || event.defaultPrevented || one("dialog[open]")) return;
    if (event.key === "?") { event.preventDefault(); listShortcuts(); return; }
    if (!prefix && (event.key === "j" || event.key === "k")) {
      if (one("[data-row]")) { event.preventDefault(); moveRow(event.key === "j" ? 1 : -1); }
      return;
    }
    if (!prefix && event.key === "x") {
      const box = one("[data-row-current] [data-row-select]");
      if (box) { event.preventDefault(); box.click(); }
      return;
    }
    const wanted = (prefix + " " + event.key).trim();
    const nodes = all("[data-shortcut]");
    const node = nodes.find((candidate) => candidate.dataset.shortcut === wanted && (visible(candidate) || candidate.tagName === "A"));
    clearTimeout(prefixTimer);
    prefix = "";
    if (node) { event.preventDefault(); press(node); return; }
    if (nodes.some((candidate) => candidate.dataset.shortcut.startsWith(wanted + " "))) {
      prefix = wanted;
      prefixTimer = setTimeout(() => { prefix = ""; }, 1500);
    }
  });

  let sheet;
  function listShortcuts() {
    const add = (parent, tag, text, className) => {
      const node = document.createElement(tag);
      if (text) node.textContent = text;
      if (className) node.className = className;
      parent.append(node);
      return node;
    };
    const origin = document.activeElement;
    sheet?.remove();
    sheet = document.createElement("dialog");
    const title = add(sheet, "h2", "Raccourcis de cette page");
    title.id = "raccourcis";
    sheet.setAttribute("aria-labelledby", "raccourcis");
    const list = add(sheet, "dl", "", "dl");
    const row = (keys, label) => {
      const term = add(list, "dt");
      keys.split(" ").forEach((key, index) => {
        if (index) term.append(" ");
        add(term, "kbd", key, "kbd");
      });
      add(list, "dd", label);
    };
    const seen = new Set();
    all("[data-shortcut]").forEach((node) => {
      const keys = node.dataset.shortcut;
      if (seen.has(keys)) return;
      seen.add(keys);
      row(keys, node.dataset.shortcutLabel || node.getAttribute("aria-label") || node.labels?.[0]?.textContent.trim() || node.textContent.trim());
    });
    if (one("[data-palette]")) row("Ctrl K", "Rechercher partout");
    if (one("[data-row]")) { row("j k", "Ligne suivante, ligne précédente"); row("Entrée", "Ouvrir la ligne"); }
    if (one("[data-row-select]")) row("x", "Choisir la ligne");
    if (one("form[method=post]")) row("Ctrl Entrée", "Enregistrer");
    if (one("[data-to-decision]")) row("Ctrl D", "Transformer la note en décision");
    row("Échap", "Fermer");
    const label = add(sheet, "label", "", "check");
    const box = add(label, "input");
    box.type = "checkbox";
    box.checked = shortcutsOn();
    add(label, "span", "Raccourcis à une touche actifs sur cet appareil");
    box.addEventListener("change", () => remember.set("shortcuts", box.checked ? "on" : "off"));
    const actions = add(sheet, "form", "", "form__actions");
    actions.method = "dialog";
    add(actions, "button", "Fermer", "button");
    sheet.addEventListener("close", () => origin?.focus?.());
    document.body.append(sheet);
    sheet.showModal();
  }
  on("click", (event) => {
    if (event.target.closest("[data-shortcuts]")) { event.preventDefault(); listShortcuts(); }
  });

  /* ---- Small services ---- */
  on("click", async (event) => {
    const button = event.target.closest("[data-copy], [data-copy-from], [data-print]");
    if (!button) return;
    if (button.hasAttribute("data-print")) { print(); return; }
    const source = button.dataset.copyFrom && one(button.dataset.copyFrom);
    const text = source ? source.value ?? source.textContent : button.dataset.copy;
    const before = button.textContent;
    try {
      await navigator.clipboard.writeText(text.trim());
      button.textContent = "Copié";
      say("Copié");
      setTimeout(() => { button.textContent = before; }, 2000);
    } catch {
      if (source?.select) source.select();
      say("Copie impossible : sélectionnez le texte puis copiez-le.");
    }
  });
  on("click", (event) => {
    all("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });

  // What a menu unfolds may lie below the window: a toggle does not bubble, hence the capture.
  document.addEventListener("toggle", (event) => {
    if (event.target.matches("details.menu[open]")) one(".menu__list", event.target)?.scrollIntoView({ block: "nearest" });
  }, true);

  /* ---- Start ---- */
  showScheme();
  all("form[data-guard]").forEach((form) => starts.set(form, snapshot(form)));
  all("[data-copy], [data-copy-from], [data-print], [data-shortcuts]").forEach((button) => { button.hidden = false; });
  new Set(all("[data-row-select]").map(scopeOf)).forEach(countRows);
  all("[data-live]").forEach((live) => {
    live.setAttribute("data-live-ready", "");
    const asked = all("[data-live-tab]", live).find((tab) => tab.hash === location.hash);
    openPanel(live, asked?.dataset.liveTab || live.dataset.live || one("[data-live-tab]", live)?.dataset.liveTab);
  });
  one("[data-error-summary]")?.focus();
  tick();
  setInterval(tick, 5000);
  all("[data-refresh]").forEach((place) => {
    setInterval(() => refresh(place), Math.max(3, Number(place.dataset.refreshEvery) || 15) * 1000);
  });
})();

/* ---- Meetings: names that are filtered while they are typed (the same list answers a plain search without this) ---- */
(() => {
  "use strict";
  const fold = (text) => text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "");
  document.addEventListener("input", (event) => {
    const field = event.target.closest?.("input[data-filter]");
    const list = field && document.querySelector(field.dataset.filter);
    if (!list) return;
    const words = fold(field.value.trim());
    list.querySelectorAll("[data-filter-text]").forEach((line) => { line.hidden = !line.dataset.filterText.includes(words); });
  });
})();
