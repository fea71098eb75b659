// The options of a filter change with the list. htmx swaps them, but never under somebody's hands: the
// group that holds the focus stays as it is (its own counts do not depend on what is chosen in it), and
// what somebody has opened stays open.
const placeOf = (task) => (task.target instanceof Element ? task.target : document.querySelector(task.target));

function keepOpen(place, fragment) {
  for (const opened of place.querySelectorAll("details[open][id]")) {
    fragment.querySelector(`#${CSS.escape(opened.id)}`)?.setAttribute("open", "");
  }
}

export function calmFilters() {
  document.addEventListener("htmx:before:swap", (event) => {
    const { tasks } = event.detail;
    const wanted = tasks.filter((task) => {
      const place = placeOf(task);
      if (!place?.closest("[data-filter]")) return true;
      keepOpen(place, task.fragment);
      return !place.contains(document.activeElement);
    });
    tasks.splice(0, tasks.length, ...wanted);
  });
}
