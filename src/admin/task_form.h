/* What somebody is asked before a task begins: where keys are to be moved. */
#ifndef KEYWHEEL_ADMIN_TASK_FORM_H
#define KEYWHEEL_ADMIN_TASK_FORM_H

#include <stdbool.h>

#include "base/attr.h"

struct json_object;
struct visit;

/* The form as it is at first. The caller owns it. */
struct json_object *task_form_empty(void);

/* Read what was filled in for a task of that kind into arguments, an object;
 * a kind without a form asks nothing. False: *form, which the caller owns, says
 * what is wrong. */
MUSTCHECK bool task_form_read(struct visit *v, const char *kind,
    struct json_object *arguments, struct json_object **form);

#endif
