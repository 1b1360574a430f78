/*
 * A model put into the settings from its page: POST /models/use with name,
 * setting, was (the mark of what the page has seen), and for lists remove.
 */
#ifndef KEYWHEEL_ADMIN_MODEL_USE_H
#define KEYWHEEL_ADMIN_MODEL_USE_H

struct json_object;
struct route_match;
struct service;
struct visit;

void model_use_serve(struct service *s, const struct route_match *match);

/* Set data.uses: [{setting, words, was, list, is}] of the settings that a model
 * of that name and of those bits of enum model_can may be put into. */
void model_use_show(
    struct visit *v, struct json_object *data, const char *name, unsigned can);

#endif
