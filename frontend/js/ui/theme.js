// Before the first paint, hence a classic script: the theme that was chosen in the settings, and whether somebody is signed in.
try {
    const root = document.documentElement;
    const theme = localStorage.getItem("theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    root.dataset.user = localStorage.getItem("signed-in") ? "in" : "out";
} catch {
    // Storage is closed to us: the system's theme it is.
}
