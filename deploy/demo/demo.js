// Makes two forms answer while somebody types. Every page works without it: a form is then sent by its button.
"use strict";

// The start page's filter.
const filter = document.getElementById("filter");
if (filter !== null) {
  const patients = [...document.querySelectorAll("ul.patients li")];
  // Only a page with all its patients can be filtered here; of a page that came filtered the server is asked.
  const all = filter.value === "";
  const apply = () => {
    const wanted = filter.value.toLowerCase();
    let shown = 0;
    for (const patient of patients) {
      const group = patient.closest(".group").querySelector("h2").textContent;
      patient.hidden = !`${patient.textContent} ${group}`.toLowerCase().includes(wanted);
      if (!patient.hidden) ++shown;
    }
    for (const group of document.querySelectorAll(".group"))
      group.hidden = group.querySelector("li:not([hidden])") === null;
    document.getElementById("found").textContent = `${shown} of ${patients.length}`;
    document.getElementById("none-found").hidden = shown > 0;
    history.replaceState(null, "", wanted === "" ? "/" : `/?filter=${encodeURIComponent(filter.value)}`);
  };
  if (all) filter.addEventListener("input", apply);
}

// The what-if panel: the server works out the page of the changed record; what it says of it is put in place.
const form = document.getElementById("what-if-form");
if (form !== null) {
  let asked = 0;
  const mark = () => {
    for (const field of form.querySelectorAll("[data-recorded]")) {
      const changed = field.value !== field.dataset.recorded && field.value !== "";
      const label = field.closest("label");
      label.classList.toggle("is-changed", changed);
      const was = label.querySelector(".mark");
      was.hidden = !changed;
      was.textContent = `was ${field.dataset.recorded}`;
    }
    for (const box of form.querySelectorAll("[name=without]"))
      box.closest("fieldset").classList.toggle("left-out", box.checked);
  };
  const apply = async () => {
    const turn = ++asked;
    const began = performance.now();
    const given = new URLSearchParams(new FormData(form));
    for (const name of ["new-drug", "new-drug-day"]) given.delete(name);
    mark();
    let answer, text;
    try {
      answer = await fetch(`${form.getAttribute("action")}?${given}`);
      text = await answer.text();
    } catch {
      return form.submit(); // the browser says what is wrong
    }
    if (turn !== asked) return;
    if (!answer.ok) return form.submit();
    const page = new DOMParser().parseFromString(text, "text/html");
    for (const part of document.querySelectorAll("[data-live]")) {
      const next = page.getElementById(part.id);
      if (next !== null) part.replaceChildren(...next.childNodes);
    }
    const took = document.getElementById("took");
    if (took !== null) took.textContent = `${Math.round(performance.now() - began)} ms`;
    history.replaceState(null, "", answer.url);
  };
  for (const field of form.querySelectorAll("[data-from]")) {
    const slider = document.createElement("input");
    slider.type = "range";
    [slider.min, slider.max, slider.step] = [field.dataset.from, field.dataset.to, field.dataset.step];
    slider.value = field.value;
    slider.setAttribute("aria-label", `${field.closest("fieldset").querySelector("legend").textContent}, slider`);
    slider.addEventListener("input", () => (field.value = slider.value));
    field.addEventListener("input", () => (slider.value = field.value));
    field.closest("label").after(slider);
  }
  form.addEventListener("input", (event) => {
    if (event.target.name.startsWith("new-drug")) return;
    // A drug's name is complete when the field is left, a day when the browser has read one.
    if (event.target.type === "text" || event.target.value === "") return;
    void apply();
  });
  form.addEventListener("change", (event) => {
    if (event.target.type === "text" && !event.target.name.startsWith("new-drug")) void apply();
  });
  document.getElementById("apply").hidden = true;
}
