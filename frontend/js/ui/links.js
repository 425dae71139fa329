/** The addresses of the app's pages. */

/** @param {string} uid */
export const albumLink = (uid) => `/album.html?uid=${encodeURIComponent(uid)}`;

/** @param {string} genre */
export const genreLink = (genre) => `/genre.html?name=${encodeURIComponent(genre)}`;

/** The records page with a search (`q`), filters or a sort order. @param {Record<string, string>} [query] */
export const shelfLink = (query = {}) => {
    const text = new URLSearchParams(query).toString();
    return text ? `/mycollection.html?${text}` : "/mycollection.html";
};
