// Sends the file of a form with data-upload and shows how far it is; takes a file that is dropped.
// Without this script, the form is sent as any other.
"use strict";

function prepareUpload() {
  const form = document.querySelector("form[data-upload]");
  if (!form) return;
  const input = form.querySelector("input[type=file]");
  const area = form.querySelector(".drop");
  const status = form.querySelector("[role=status]");
  const button = form.querySelector("button[type=submit]");

  area.addEventListener("dragover", (event) => event.preventDefault());
  area.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) input.files = event.dataTransfer.files;
  });

  form.addEventListener("submit", (event) => {
    if (!input.files.length) return;
    event.preventDefault();
    const data = new FormData(form);
    const sent = new XMLHttpRequest();
    const bar = status.querySelector("progress");
    button.disabled = true;
    status.hidden = false;
    sent.upload.addEventListener("progress", (step) => {
      if (step.lengthComputable) bar.value = Math.round((100 * step.loaded) / step.total);
    });
    sent.upload.addEventListener("load", () => bar.removeAttribute("value"));
    sent.addEventListener("load", () => show(sent));
    sent.addEventListener("error", () => {
      button.disabled = false;
      status.textContent = form.dataset.interrupted;
    });
    sent.open("POST", form.action || location.href);
    sent.send(data);
  });

  function show(sent) {
    const page = new DOMParser().parseFromString(sent.responseText, "text/html");
    const content = page.getElementById("content");
    if (!content) return location.reload();
    document.getElementById("content").replaceWith(document.importNode(content, true));
    document.title = page.title;
    (document.querySelector("#content [role=alert]") ?? document.getElementById("content")).focus();
    prepareUpload();
  }
}

document.addEventListener("DOMContentLoaded", prepareUpload);
