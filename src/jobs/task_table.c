/* The table of the kinds of tasks. One line adds a kind. */
#include "base/attr.h"
#include "jobs/task.h"

/* clang-format off */
const struct task_kind task_table[] = {
    {"delete", task_keys},
    {"disable", task_keys},
    {"enable", task_keys},
    {"move", task_keys},
    {"reset", task_keys},
    {"restore", task_keys},
    {"verify", task_verify},
};
/* clang-format on */
const size_t task_table_size = COUNT_OF(task_table);
