// Filters, searches, opens and copies. The page is whole without it.
"use strict";
(() => {
  const form = document.getElementById("filter");
  const trails = [...document.querySelectorAll(".trail")];
  const accounts = [...document.querySelectorAll(".account")];
  const words = new Map();
  const said = (trail) => {
    if (!words.has(trail)) {
      const account = trail.parentElement.querySelector("h3").textContent;
      const own = trail.querySelector("summary").textContent + " " + trail.querySelector(".identity").textContent;
      words.set(trail, (account + " " + own).toLowerCase());
    }
    return words.get(trail);
  };
  const filter = () => {
    const wanted = form.elements.words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const outcomes = new Set([...form.querySelectorAll("[name=outcome]:checked")].map((box) => box.value));
    let shown = 0;
    for (const trail of trails) {
      const outcome = trail.dataset.outcome === "not-applicable" ? "pass" : trail.dataset.outcome;
      const fits = outcomes.has(outcome) && wanted.every((word) => said(trail).includes(word));
      trail.hidden = !fits;
      shown += fits;
    }
    for (const account of accounts) {
      account.hidden = !account.querySelector(".trail:not([hidden])");
    }
    // Far down a long page, what was found lies above what is in sight.
    const verdicts = document.getElementById("accounts");
    if (verdicts.getBoundingClientRect().top < 0) verdicts.scrollIntoView();
    form.querySelector("output").textContent = shown === trails.length ? "" : `${shown} of ${trails.length} shown`;
  };
  let waiting;
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(filter, 120);
  });
  const turn = (open) => () => trails.forEach((trail) => { if (!trail.hidden) trail.open = open; });
  form.elements.open.addEventListener("click", turn(true));
  form.elements.close.addEventListener("click", turn(false));

  // Buttons are made when a command comes into sight: there may be thousands.
  const button = (command) => {
    const text = command.textContent;
    const copy = document.createElement("button");
    copy.type = "button";
    copy.textContent = "Copy";
    copy.addEventListener("click", () => {
      const done = () => { copy.textContent = "Copied"; setTimeout(() => { copy.textContent = "Copy"; }, 1500); };
      if (navigator.clipboard) navigator.clipboard.writeText(text).then(done, () => getSelection().selectAllChildren(command));
      else getSelection().selectAllChildren(command);
    });
    command.prepend(copy);
  };
  // What scrolls sideways must do so without a mouse too.
  const reach = (lines) => {
    if (lines.scrollWidth > lines.clientWidth) lines.tabIndex = 0;
  };
  // A page of very many trails holds the most of each, and the inventory, as
  // the text of a noscript element: this page's own, escaped as the rest of it.
  const unfold = (details) => {
    const text = details.querySelector(":scope > noscript");
    if (!text) return;
    text.insertAdjacentHTML("afterend", text.textContent);
    text.remove();
  };
  const attend = (details) => {
    unfold(details);
    details.querySelectorAll(".command").forEach(button);
    details.querySelectorAll(".excerpt code").forEach(reach);
  };
  const watch = new IntersectionObserver((seen) => {
    for (const { isIntersecting, target } of seen) {
      if (!isIntersecting) continue;
      watch.unobserve(target);
      if (target.classList.contains("account")) target.querySelectorAll(".trail").forEach((trail) => watch.observe(trail));
      else if (target.tagName !== "DETAILS") button(target);
      else if (target.open) attend(target);
      else target.addEventListener("toggle", () => attend(target), { once: true });
    }
  });
  accounts.forEach((account) => watch.observe(account));
  const folded = [...document.getElementsByTagName("noscript")].map((text) => text.parentElement);
  folded.filter((details) => !details.closest(".account")).forEach((details) => watch.observe(details));
  const apart = ":not(.trail *)";
  document.querySelectorAll(`.command${apart}`).forEach((command) => watch.observe(command));
  const excerpts = document.querySelectorAll(".excerpt code");
  if (excerpts.length <= 500) excerpts.forEach(reach);
  // The rest when there is nothing else to do, so that the browser's own
  // search and a screen reader find all of it.
  let next = 0;
  const unfoldSome = (idle) => {
    while (next < folded.length && idle.timeRemaining() > 2) unfold(folded[next++]);
    if (next < folded.length) requestIdleCallback(unfoldSome);
  };
  if (folded.length && window.requestIdleCallback) requestIdleCallback(unfoldSome);

  // Paper has no triangles to click.
  let closed = [];
  addEventListener("beforeprint", () => {
    folded.forEach(unfold);
    closed = [...document.querySelectorAll("details:not([open])")];
    closed.forEach((details) => { details.open = true; });
  });
  addEventListener("afterprint", () => closed.forEach((details) => { details.open = false; }));
})();
