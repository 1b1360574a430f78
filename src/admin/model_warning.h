/* The warnings of model_warn() in words. */
#ifndef KEYWHEEL_ADMIN_MODEL_WARNING_H
#define KEYWHEEL_ADMIN_MODEL_WARNING_H

struct json_object;
struct settings;
struct visit;

/* models: {name: Gemini's object}. [{name (of the setting), words}], in the
 * visitor's language. The caller owns it. */
struct json_object *model_warning_list(struct visit *v,
    const struct settings *settings, struct json_object *models);

/* {"NAME": sentences} by settings, with the list of models that is stored:
 * for the page of the settings. NULL: the database failed, or there is
 * nothing to say. The caller owns it. */
struct json_object *model_warning_by_setting(
    struct visit *v, const struct settings *settings);

#endif
