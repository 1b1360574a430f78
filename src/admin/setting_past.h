/*
 * Back to what was: /config/reset (to the defaults: one setting, ?name=, or
 * all), /config/history (who has changed what), /config/undo (one change,
 * ?id=). The first and the last only ask; saving is /config's.
 */
#ifndef KEYWHEEL_ADMIN_SETTING_PAST_H
#define KEYWHEEL_ADMIN_SETTING_PAST_H

struct service;
struct route_match;

void setting_past_serve_reset(
    struct service *s, const struct route_match *match);
void setting_past_serve_history(
    struct service *s, const struct route_match *match);
void setting_past_serve_undo(
    struct service *s, const struct route_match *match);

#endif
