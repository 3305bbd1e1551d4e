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
  const watch = new IntersectionObserver((seen) => {
    for (const { isIntersecting, target } of seen) {
      if (!isIntersecting) continue;
      watch.unobserve(target);
      if (target.classList.contains("command")) button(target);
      else reach(target);
    }
  });
  document.querySelectorAll(".command").forEach((command) => watch.observe(command));
  const excerpts = document.querySelectorAll(".excerpt code");
  excerpts.forEach(excerpts.length > 500 ? (lines) => watch.observe(lines) : reach);

  // Paper has no triangles to click.
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details:not([open])")];
    closed.forEach((details) => { details.open = true; });
  });
  addEventListener("afterprint", () => closed.forEach((details) => { details.open = false; }));
})();
