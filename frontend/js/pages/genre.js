/** All genres, as the dividers in a record shop; or one genre (`?name=`) with its records. */

import * as collection from "../models/collection.js";
import { find, redrawKeepingFocus } from "../ui/dom.js";
import { drawGenres } from "./genre/genres.js";
import { OneGenre } from "./genre/one-genre.js";
import { openPage } from "./open-page.js";

openPage(() => {
    const place = find("#genre");
    const name = new URLSearchParams(location.search).get("name");
    const genre = name ? new OneGenre(place, name) : null;
    const draw = () => (genre ? genre.draw() : drawGenres(place));
    draw();
    collection.subscribe(() => redrawKeepingFocus(place, draw));
});
