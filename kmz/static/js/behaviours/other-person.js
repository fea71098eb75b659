// The name fields of another person appear when another person attends; what is asked of minors
// whenever it is not oneself.
export function showOtherPerson(root) {
  for (const group of root.querySelectorAll("[data-other-person]")) {
    const select = group.querySelector("select");
    if (!select || group.dataset.attached) continue;
    group.dataset.attached = "true";
    const show = () => {
      for (const part of group.querySelectorAll("[data-other-fields]")) part.hidden = select.value !== "other";
      for (const part of group.querySelectorAll("[data-not-self]")) part.hidden = select.value === "self";
    };
    select.addEventListener("change", show);
    show();
  }
}
