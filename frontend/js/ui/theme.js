/*
 * Applies the theme that the user chose, and whether a user is signed in, before the page is drawn. It is a classic
 * script because a module would run too late.
 */
try {
    const root = document.documentElement;
    const theme = localStorage.getItem("theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    root.dataset.user = localStorage.getItem("signed-in") ? "in" : "out";
} catch {
    // The storage is blocked: the theme of the system applies.
}
