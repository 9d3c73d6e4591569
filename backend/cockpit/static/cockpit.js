// What every page of a signed-in person does: hear of changes, and never send a form twice.

// On a narrow screen the pages stand in one line: the present one is brought into sight.
document.querySelector(".side [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

const live = document.querySelector("[data-live]");

async function refresh() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) {
    location.reload();
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-live]");
  if (fresh) live.replaceChildren(...fresh.childNodes);
}

function listen() {
  let known = null;
  const events = new EventSource("/web/events");
  events.addEventListener("mark", (event) => {
    if (known !== null && known !== event.data) refresh();
    known = event.data;
    live.dataset.mark = known;
  });
  events.addEventListener("ended", () => location.reload());
  addEventListener("pagehide", () => events.close());
  // Limits run out without anybody doing anything.
  setInterval(refresh, 60_000);
}

if (live) listen();

for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    const question = event.submitter?.dataset.ask ?? form.dataset.ask;
    if (form.dataset.sent || (question && !confirm(question))) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
  });
}

// A page that the browser brings back from its memory may send its forms anew: the server still counts each once.
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));

for (const select of document.querySelectorAll("#community")) {
  select.addEventListener("change", () => select.form.requestSubmit());
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
    button.textContent = button.dataset.copied;
  });
}
