/*
 * /config: the settings, a group of them, those that a search finds (?q=) or
 * those that are not at their defaults (?changed=1). Posted: what was typed,
 * checked as a whole and saved as a whole.
 */
#ifndef KEYWHEEL_ADMIN_SETTINGS_H
#define KEYWHEEL_ADMIN_SETTINGS_H

struct service;
struct route_match;

void settings_serve(struct service *s, const struct route_match *match);
void settings_serve_save(struct service *s, const struct route_match *match);

#endif
