// Sorting by a button in the header. Without script the table keeps the order of the server.

const words = new Intl.Collator(document.documentElement.lang, { numeric: true, sensitivity: "base" });

// A cell that reads otherwise than it is sorted, as a day in words, says by what. 1.234 is more than 999.
function key(row, column) {
  const cell = row.cells[column];
  return cell.dataset.sort ?? cell.textContent.trim().replace(/(?<=\d)\.(?=\d{3}(?!\d))/g, "");
}

function compare(a, b) {
  if (!a || !b) return a ? -1 : b ? 1 : 0; // what is empty goes last
  return words.compare(a, b);
}

function sort(table, header) {
  const body = table.tBodies[0];
  const column = header.cellIndex;
  const down = header.getAttribute("aria-sort") === "ascending";
  const rows = [...body.rows].sort((a, b) => compare(key(a, column), key(b, column)) * (down ? -1 : 1));
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  header.setAttribute("aria-sort", down ? "descending" : "ascending");
  body.append(...rows);
}

for (const table of document.querySelectorAll("table[data-sortable]")) {
  for (const header of table.tHead.rows[0].cells) {
    if ("plain" in header.dataset || !header.textContent.trim()) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.title = table.dataset.sortable;
    button.append(...header.childNodes);
    header.append(button);
    button.addEventListener("click", () => sort(table, header));
  }
}
