/* Settings whose values are known words: what there is to choose. */
#ifndef KEYWHEEL_ADMIN_SETTING_CHOICE_H
#define KEYWHEEL_ADMIN_SETTING_CHOICE_H

#include "base/setting.h"

struct json_object;

/* Set the member `options` to [{value, selected}] of words with | between. */
void setting_choice_words(
    struct json_object *o, const char *words, const char *value);

/* Set `categories` and `thresholds` to the like of safety settings, with words
 * for people; what is none of the known ones is there, too. */
void setting_choice_safety(
    struct json_object *o, const char *category, const char *threshold);

/* The id of the page's <datalist> with what a setting's texts may be: models,
 * voices; "" if there is none. */
const char *setting_choice_list(enum setting_id id);

/* Set the members `models`, of the page's data, and `voices`. */
void setting_choice_lists(struct json_object *o, struct json_object *models);

#endif
