/* Looking at URLs. */
#ifndef KEYWHEEL_BASE_URL_H
#define KEYWHEEL_BASE_URL_H

/*
 * What follows the host (and port) of a URL that starts with http:// or
 * https://, "" if nothing does; NULL if the text is no such URL. One with a
 * user or password in it is none. What follows is not looked at.
 */
const char *url_rest(const char *url);

#endif
