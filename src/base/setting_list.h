/*
 * Every setting, one row each, in parts. No include guard: whoever includes
 * this has defined S(name, type, default, low, high, choices, group, home,
 * in_force, help) first. The types and homes are those of base/setting.h
 * without their prefix; what `choices` means for each type is told there too.
 *
 * The names are gemini-balance's where it has the setting; the order is that
 * of the page and of the manual.
 */

/* clang-format off */
#include "base/setting_list_calls.h"
#include "base/setting_list_answers.h"
#include "base/setting_list_service.h"
/* clang-format on */
