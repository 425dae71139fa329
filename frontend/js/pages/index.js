/**
 * The start page: for visitors what the app is and the sign-in, for users what to play tonight and their latest
 * records.
 */

import * as auth from "../models/auth.js";
import { drawHome } from "./index/home.js";
import { drawWelcome } from "./index/welcome.js";
import { openPublicPage } from "./open-page.js";

openPublicPage((user) => {
    if (user) drawHome(user);
    // After the end of a session the user is still known, and signs in again here.
    const isAgain = new URLSearchParams(location.search).has("again");
    if (!user || isAgain) drawWelcome(auth.isEnded());
});
