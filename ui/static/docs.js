// "发送" on the interface page: calls this server and shows what comes back.
"use strict";
for (const form of document.querySelectorAll("form.try")) {
  const button = form.querySelector("button[type=submit]");
  const result = form.querySelector(".result");
  button.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    let path = form.dataset.path;
    const query = new URLSearchParams();
    for (const input of form.querySelectorAll("input")) {
      if (input.dataset.in === "path") path = path.replace(/\{[^}]+\}/, encodeURIComponent(input.value));
      else if (input.value) query.set(input.name, input.value);
    }
    const options = { method: form.dataset.method, headers: {} };
    const body = form.querySelector("textarea");
    if (body) {
      options.body = body.value;
      options.headers["Content-Type"] = "application/json";
    }
    result.hidden = false;
    result.textContent = "…";
    try {
      const response = await fetch(path + (query.size ? `?${query}` : ""), options);
      const text = await response.text();
      let shown = text;
      try { shown = JSON.stringify(JSON.parse(text), null, 2); } catch { /* not JSON (metrics) */ }
      result.textContent = `${response.status}\n${shown}`;
    } catch (error) {
      result.textContent = String(error);
    }
    window.gazetteSay("已返回结果");
  });
}
