// Boxes that upload files (form[data-upload], drawn by the tag document_uploader): several at once, in pieces, with a bar for each;
// pause, go on, cancel. A broken line loses nothing: the rest is sent when the line is back, or when the same file is chosen again
// after the page was closed. The protocol is tus 1.0; its client is loaded with the first file that is chosen.
// When a document was made the page hears the event `documents-changed` and what the box has in data-tells; for an agreement
// also `lead-changed`.
(function () {
  "use strict";

  const PIECE = 8 * 1024 * 1024;
  const AT_ONCE = 2;
  const WAITS = [0, 1000, 3000, 5000, 10000, 20000];
  const MB = 1024 * 1024;
  // Answers that sending again does not change: refused, gone, not allowed, too large. 507: no room left.
  const FINAL = [400, 403, 404, 412, 413, 415, 422];
  const jobs = [];
  let script = null;

  function loadClient(address) {
    script = script || new Promise((resolve, reject) => {
      const element = document.createElement("script");
      element.src = address;
      element.addEventListener("load", resolve);
      element.addEventListener("error", () => { script = null; element.remove(); reject(new Error("script")); });
      document.head.append(element);
    });
    return script;
  }

  function token() {
    const meta = document.querySelector('meta[name="csrf-cookie"]');
    const found = document.cookie.split("; ").find((part) => meta && part.startsWith(meta.content + "="));
    return found ? decodeURIComponent(found.slice(meta.content.length + 1)) : "";
  }

  function sizeWords(bytes) {
    const units = ["kB", "MB", "GB"];
    let value = bytes / 1024;
    let unit = 0;
    while (value >= 1000 && unit < 2) { value /= 1024; unit += 1; }
    return unit ? value.toFixed(1) + " " + units[unit] : Math.max(Math.round(value), 1) + " kB";
  }

  // What can be refused before a byte is sent; "" where nothing can.
  function refusal(file, box) {
    const ending = file.name.normalize("NFKC").toLowerCase().match(/\.([^.]+)$/);
    const allowed = box.endings.split(",");
    if (!ending || !allowed.includes(ending[1])) { return box.wordEnding + (ending ? " (." + ending[1] + ")" : ""); }
    if (file.size === 0) { return box.wordEmpty; }
    if (box.pictures.split(",").includes(ending[1]) && file.size > Number(box.pictureMaxMb) * MB) { return box.wordPicture; }
    return file.size > Number(box.maxMb) * MB ? box.wordLarge : "";
  }

  // ---- one file ----
  function show(job, state, text) {
    job.state = state;
    job.row.dataset.state = state;
    job.words.textContent = text;
    job.row.querySelector("[data-upload-pause]").hidden = state !== "sending";
    job.row.querySelector("[data-upload-go]").hidden = !["paused", "broken"].includes(state);
    job.row.querySelector("[data-upload-cancel]").hidden = state === "checking";
  }

  function add(form, file) {
    const row = form.querySelector("[data-upload-row]").content.firstElementChild.cloneNode(true);
    const kind = form.querySelector('[name="kind"]');
    const job = { file, row, box: { ...form.dataset }, kind: kind ? kind.value : "", words: row.querySelector("[data-upload-state]"), bar: row.querySelector("progress"), upload: null };
    row.querySelector("[data-upload-name]").textContent = file.name;
    row.querySelector("[data-upload-size]").textContent = sizeWords(file.size);
    row.job = job;
    form.querySelector("[data-uploads]").append(row);
    const refused = refusal(file, job.box);
    if (refused) { show(job, "refused", refused); return; }
    jobs.push(job);
    show(job, "waiting", job.box.wordWaiting);
    next();
  }

  function next() {
    const busy = jobs.filter((job) => ["sending", "checking"].includes(job.state)).length;
    jobs.filter((job) => job.state === "waiting").slice(0, Math.max(AT_ONCE - busy, 0)).forEach(send);
  }

  function send(job) {
    show(job, "sending", job.box.wordSending);
    if (job.upload) { job.upload.start(); return; }
    loadClient(job.box.script).then(() => begin(job), () => broke(job, job.box.wordOffline));
  }

  function begin(job) {
    const { box, file } = job;
    const metadata = { filename: file.name, [box.target]: box.row, kind: job.kind };
    if (box.zone) { metadata.zone = box.zone; }
    const upload = new tus.Upload(file, {
      endpoint: box.endpoint,
      chunkSize: PIECE,
      retryDelays: WAITS,
      metadata,
      // The same file for another lead, or by another person, is another upload.
      fingerprint: () => Promise.resolve(["upload", document.body.dataset.user, box.target, box.row, job.kind, file.name, file.size, file.lastModified].join(":")),
      removeFingerprintOnSuccess: true,
      onBeforeRequest: (request) => { request.setHeader("X-CSRFToken", token()); request.setHeader("Accept", "application/json"); },
      onShouldRetry: (error) => {
        const status = error.originalResponse ? error.originalResponse.getStatus() : 0;
        return !job.signedOut && (status === 409 || status === 423 || (navigator.onLine && (status === 0 || status >= 500 && status !== 507)));
      },
      // Asked how much has come, a server that is away or a session that is over says nothing about the upload: the client
      // must not begin anew.
      onAfterResponse: (request, response) => {
        job.signedOut = response.getStatus() === 401;
        if (request.getMethod() === "HEAD" && (job.signedOut || response.getStatus() >= 500)) { throw new Error("no answer"); }
      },
      onProgress: (sent, whole) => {
        if (job.state !== "sending" && job.state !== "checking") { return; }
        job.bar.value = Math.floor(sent / whole * 1000);
        const done = sent >= whole;
        if (done !== (job.state === "checking")) { show(job, done ? "checking" : "sending", done ? box.wordChecking : box.wordSending); }
      },
      onSuccess: ({ lastResponse }) => finished(job, lastResponse.getHeader("Document-Id")),
      onError: (error) => failed(job, error),
    });
    job.upload = upload;
    upload.findPreviousUploads().then((known) => {
      if (known.length) { upload.resumeFromPreviousUpload(known[0]); }
      if (job.state === "sending") { upload.start(); }
    });
  }

  function broke(job, text) {
    show(job, "broken", text);
    next();
  }

  function failed(job, error) {
    const response = error.originalResponse;
    const status = response ? response.getStatus() : 0;
    let text = "";
    try { text = JSON.parse(response.getBody()).error; } catch { text = ""; }
    if (FINAL.includes(status)) {
      show(job, "refused", text || job.box.wordFailed);
      forget(job);
      next();
    } else {
      job.isLine = status === 0 && !job.signedOut;
      broke(job, text || (job.signedOut ? job.box.wordSignIn : status === 0 ? job.box.wordOffline : job.box.wordFailed));
    }
  }

  // A refused file that is chosen again begins anew.
  function forget(job) {
    job.upload.findPreviousUploads().then((known) => known.forEach((one) => localStorage.removeItem(one.urlStorageKey)));
  }

  function finished(job, documentId) {
    job.bar.value = 1000;
    if (!job.box.link) { settled(job); return; }
    const data = new URLSearchParams({ document: documentId });
    fetch(job.box.link, { method: "POST", body: data, headers: { "X-CSRFToken": token(), "HX-Request": "true" }, credentials: "same-origin" })
      .then((answer) => { if (answer.status !== 204 || answer.headers.get("HX-Redirect")) { throw new Error(String(answer.status)); } settled(job); })
      .catch(() => { job.linking = documentId; broke(job, job.box.wordLink); });
  }

  function settled(job) {
    show(job, "done", job.box.wordDone);
    document.body.dispatchEvent(new CustomEvent("documents-changed"));
    if (job.box.tells) { document.body.dispatchEvent(new CustomEvent(job.box.tells)); }
    if (job.kind === "agreement") { document.body.dispatchEvent(new CustomEvent("lead-changed")); }
    next();
  }

  function goOn(job) {
    if (job.linking) { show(job, "checking", job.box.wordChecking); finished(job, job.linking); return; }
    show(job, "waiting", job.box.wordWaiting);
    next();
  }

  function pause(job) {
    show(job, "paused", job.box.wordPaused);
    if (job.upload) { job.upload.abort(); }
    next();
  }

  function cancel(job) {
    const terminate = job.upload && !["refused", "done"].includes(job.state);
    job.state = "gone";
    job.row.remove();
    if (terminate) { job.upload.abort(true).catch(() => {}); }
    next();
  }

  // ---- the page ----
  const boxOf = (event) => event.target.closest && event.target.closest("form[data-upload]");

  function take(form, files) {
    form.querySelectorAll(".upload-row[data-state=refused]").forEach((row) => row.remove());
    const chosen = form.dataset.target === "document" ? [...files].slice(0, 1) : [...files];
    chosen.forEach((file) => add(form, file));
  }

  document.addEventListener("change", (event) => {
    const form = boxOf(event);
    if (!form || event.target.type !== "file") { return; }
    take(form, event.target.files);
    event.target.value = "";
  });

  ["dragover", "dragleave", "drop"].forEach((name) => document.addEventListener(name, (event) => {
    const form = boxOf(event);
    if (!form || !event.dataTransfer || !event.dataTransfer.types.includes("Files")) { return; }
    event.preventDefault();
    form.classList.toggle("dropping", name === "dragover");
    if (name === "drop") { take(form, event.dataTransfer.files); }
  }));

  document.addEventListener("click", (event) => {
    const row = event.target.closest(".upload-row");
    if (!row || !row.job) { return; }
    if (event.target.closest("[data-upload-pause]")) { pause(row.job); }
    else if (event.target.closest("[data-upload-go]")) { goOn(row.job); }
    else if (event.target.closest("[data-upload-cancel]")) { cancel(row.job); }
  });

  window.addEventListener("online", () => jobs.filter((job) => job.state === "broken" && job.isLine).forEach(goOn));

  window.addEventListener("beforeunload", (event) => {
    if (jobs.some((job) => ["sending", "checking", "waiting"].includes(job.state))) { event.preventDefault(); }
  });
})();
