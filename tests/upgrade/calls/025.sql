select * from keywheel.add_key_draft_part($1,$2,$3)
select * from keywheel.add_keys($1,$2,$3)
select * from keywheel.add_token($1,$2,$3,$4,$5)
select * from keywheel.begin_clear($1,$2,$3)
select * from keywheel.begin_request($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15)
select * from keywheel.cache_look($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)
select * from keywheel.check_session($1,$2,$3)
select * from keywheel.check_token($1,$2,$3,$4,p_ttl_ms => $5)
select * from keywheel.chosen_files($1)
select * from keywheel.claim_job($1,$2,$3,$4)
select * from keywheel.claim_probes($1,$2)
select * from keywheel.claim_task_keys($1,$2,$3,$4)
select * from keywheel.count_probes()
select * from keywheel.create_token($1,$2,$3,$4,$5)
select * from keywheel.delete_log($1,$2,$3,$4)
select * from keywheel.get_models()
select * from keywheel.get_picture($1)
select * from keywheel.get_settings()
select * from keywheel.health()
select * from keywheel.keys_to_probe($1)
select * from keywheel.lease_more($1,$2,$3,$4,$5,$6,$7)
select * from keywheel.list_alarms($1)
select * from keywheel.list_clears($1)
select * from keywheel.list_deadlines()
select * from keywheel.list_job_runs($1)
select * from keywheel.list_jobs($1)
select * from keywheel.list_key_events($1)
select * from keywheel.list_keys($1,$2,$3)
select * from keywheel.list_limits()
select * from keywheel.list_proxies()
select * from keywheel.list_quirks()
select * from keywheel.list_resources($1,$2,$3,$4,$5,$6)
select * from keywheel.list_rests()
select * from keywheel.list_storage()
select * from keywheel.list_tokens()
select * from keywheel.measure_deadlines()
select * from keywheel.old_resources($1,$2,$3,$4)
select * from keywheel.open_tasks()
select * from keywheel.request_body($1)
select * from keywheel.retire($1,$2,$3,$4)
select * from keywheel.retry_request($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)
select * from keywheel.reveal_task_keys($1,$2,$3,$4)
select * from keywheel.session_token($1)
select * from keywheel.sign_in($1,$2,$3,$4,$5,$6)
select * from keywheel.step_clear($1,$2)
select * from keywheel.sum_usage($1)
select * from keywheel.try_admin_token($1,$2,$3)
select * from keywheel.wait_request($1,$2,$3,$4,$5,$6,$7,$8)
select * from keywheel.when_free($1,$2,$3,$4,$5,$6)
select coalesce(keywheel.model_page($1,$2), '{"row": null}') as data
select coalesce(keywheel.setting_change($1), '{}') as data
select coalesce(keywheel.task_page($1,$2,$3,$4), '{}') as data
select coalesce(keywheel.token_page($1,$2), '{"token": null}') as data
select coalesce(max(version), 0) as version, coalesce(max(name), '') as name from keywheel.schema_migrations
select exists (select from keywheel.schema_migrations where version = $1) as applied
select keywheel.about_page() as data
select keywheel.account_days() as data
select keywheel.alert_page($1,$2) as data
select keywheel.ask_key_task($1,$2,$3,$4,$5,$6) as number
select keywheel.begin_key_draft($1,$2) as task_id
select keywheel.begin_task($1,$2) as done
select keywheel.cache_hit($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16)
select keywheel.cache_keep($1,$2,$3,$4,$5,$6)
select keywheel.cancel_task($1) as done
select keywheel.change_limit($1,$2,$3,$4) as changed
select keywheel.change_token($1,$2,$3,$4) as result
select keywheel.claim_alert($1) as data
select keywheel.claim_models_fetch($1) as claimed
select keywheel.claim_task_items($1,$2,$3,$4) as item
select keywheel.close_lost_lease($1)
select keywheel.count_clear($1,$2) as counts
select keywheel.count_log($1,$2,$3) as data
select keywheel.dashboard($1) as data
select keywheel.declare_jobs($1,$2)
select keywheel.delete_log_rows($1,$2) as deleted
select keywheel.edit_keys($1,$2,$3)
select keywheel.end_clear($1,$2) as counts
select keywheel.end_key_draft($1,$2) as going
select keywheel.end_request($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23,$24,$25,$26,$27,$28,$29,$30,$31)
select keywheel.end_rests($1,$2) as ended
select keywheel.end_sessions($1,$2) as ended
select keywheel.end_stale_alarms()
select keywheel.end_task_items($1,$2)
select keywheel.end_task_key($1,$2,$3,$4,$5,$6,$7)
select keywheel.enter_key_draft($1,$2,$3) as last
select keywheel.enter_keys($1)
select keywheel.fail_models_fetch($1)
select keywheel.file_page($1,$2,$3,$4,$5,$6) as data
select keywheel.find_keys($1) as key_id
select keywheel.finish_alert($1,$2,$3,$4)
select keywheel.finish_job($1,$2,$3,$4)
select keywheel.finish_probe($1,$2,$3,$4,$5,$6,$7,$8)
select keywheel.forget_quirks($1) as forgotten
select keywheel.forget_resources($1)
select keywheel.get_cache_tokens() as tokens
select keywheel.get_deadlines() as deadlines
select keywheel.get_model_names() as names
select keywheel.get_picture_piece($1,$2::integer) as bytes
select keywheel.get_proxies() as down
select keywheel.get_quirks() as quirks
select keywheel.heartbeat_job($1,$2) as held
select keywheel.job_page($1,$2,$3) as data
select keywheel.keep_signatures($1, $2, $3, $4)
select keywheel.key_attention($1,$2) as data
select keywheel.key_list($1,$2,$3,$4,$5,$6) as data
select keywheel.key_page($1,$2,$3::integer,$4) as data
select keywheel.leave_line($1,$2)
select keywheel.list_receivers() as data
select keywheel.list_tasks($1) as data
select keywheel.log_list($1,$2,$3) as data
select keywheel.look_for_jobs() as due
select keywheel.maintain()
select keywheel.maintain() as done
select keywheel.make_job_due($1) as made
select keywheel.make_task($1,$2,$3,$4,$5) as number
select keywheel.metrics() as data
select keywheel.model_list_page($1) as data
select keywheel.note_resources($1, $2, $3)
select keywheel.open_picture($1,$2,$3,$4::integer,$5) as id
select keywheel.pool_has_keys($1) as filled
select keywheel.proxy_failed($1,$2,$3,$4) as ms
select keywheel.proxy_page($1) as data
select keywheel.proxy_works($1)
select keywheel.put_deadlines($1) as changed
select keywheel.put_key_draft($1,$2,$3)
select keywheel.put_models($1,$2)
select keywheel.put_picture_piece($1,$2::integer,$3,$4) as ok
select keywheel.put_price($1,$2)
select keywheel.put_proxy_checks($1)
select keywheel.put_settings($1, $2, $3, $4, $5) as changed
select keywheel.recount_budget($1) as token_id
select keywheel.release_models_fetch()
select keywheel.release_task_items($1,$2)
select keywheel.remove_keys_except($1,$2,$3) as removed
select keywheel.request_page($1) as data
select keywheel.requests_called($1, $2) as data
select keywheel.revoke_token($1) as done
select keywheel.revoke_tokens_except($1,$2,$3) as revoked
select keywheel.rotate_token($1,$2,$3,$4,$5,$6,$7) as result
select keywheel.say_in_session($1,$2)
select keywheel.schedule_probes($1)
select keywheel.seen_names($1, $2) as seen
select keywheel.session_page($1) as data
select keywheel.set_key_state($1,$2,$3) as done
select keywheel.set_token_cache($1,$2) as done
select keywheel.setting_changes($1, $2, $3::integer) as data
select keywheel.setting_page() as data
select keywheel.token_list_page($1) as data
select keywheel.token_named($1) as token_id
select keywheel.trim_key_events($1,$2) as trimmed
select keywheel.trim_pictures($1,$2::integer) as removed
select keywheel.trim_tasks($1)
select keywheel.try_proxy($1,$2) as ms
select keywheel.usage_series($1, $2::jsonb) as data
select keywheel.warm_up()
select keywheel.work_alerts($1)
select keywheel.work_key_task($1,$2) as number
select unnest(keywheel.log_keys($1,$2)) as key
