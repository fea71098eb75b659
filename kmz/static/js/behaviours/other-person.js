// The name fields of another person appear when another person attends.
export function showOtherPerson(root) {
  for (const group of root.querySelectorAll("[data-other-person]")) {
    const select = group.querySelector("select");
    const fields = group.querySelector("[data-other-fields]");
    if (!select || !fields || group.dataset.attached) continue;
    group.dataset.attached = "true";
    const show = () => {
      fields.hidden = select.value !== "other";
    };
    select.addEventListener("change", show);
    show();
  }
}
