/* Loaded before the first paint: a page chosen dark never flashes light. */
try {
  const kept = localStorage.getItem("collectif.scheme");
  if (kept === "light" || kept === "dark") document.documentElement.dataset.scheme = kept;
} catch { /* private window */ }
