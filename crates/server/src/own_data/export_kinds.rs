//! What stands in each line of an export, as SQL: times as RFC 3339, no secret, no row of another company. Each kind is read
//! along an index whose order no later change touches, so that nothing is missed or told twice while it is read.

use contract::own_data::ExportKind;

pub(super) struct Source {
    /// Pairs of a name and what it says. `@column`: a time; `?column`: a yes or no. What comes out of a subquery is said
    /// to be JSON once more, or it would be a text.
    line: &'static str,
    from: &'static str,
    /// What the rows are sorted by; `?2` is the array of these of the row before.
    order: &'static str,
    after: &'static str,
    pub(super) beginning: &'static str,
}

impl Source {
    /// `?1` the company, `?2` the place. D1 gives a function no more than 32 arguments: `rest` is what `line` did not hold.
    pub(super) fn select(&self) -> String {
        let line = written(self.line);
        let values = values(&line);
        let (line, rest) = values.split_at(values.len().min(MOST_VALUES));
        let (line, rest) = (line.join(","), rest.join(","));
        let Self {
            from, order, after, ..
        } = self;
        format!(
            "SELECT json_array({order}) AS place, json_object({line}) AS line, json_object({rest}) AS rest
             FROM {from} AND {after} ORDER BY {order}"
        )
    }
}

/// Names and what they say, in turn.
const MOST_VALUES: usize = 30;

/// What stands between the commas that are in no parentheses; no text here holds either.
fn values(line: &str) -> Vec<&str> {
    let mut depth = 0;
    line.split(move |character| {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        character == ',' && depth == 0
    })
    .collect()
}

/// With the two short forms spelled out.
fn written(line: &str) -> String {
    let word = |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '.');
    let mut text = String::with_capacity(line.len() * 2);
    let mut rest = line;
    while let Some(at) = rest.find(['@', '?']) {
        let (before, from) = rest.split_at(at);
        text.push_str(before);
        let (mark, after) = from.split_at(1);
        let end = after.find(|character| !word(character)).unwrap_or(after.len());
        let (column, left) = after.split_at(end);
        text.push_str(&match mark {
            "@" => format!("strftime('%Y-%m-%dT%H:%M:%fZ', {column} / 1000.0, 'unixepoch')"),
            _ => format!("json(CASE WHEN {column} THEN 'true' ELSE 'false' END)"),
        });
        rest = left;
    }
    text.push_str(rest);
    text
}

pub(super) const fn source(kind: ExportKind) -> Source {
    match kind {
        ExportKind::Settings => SETTINGS,
        ExportKind::People => PEOPLE,
        ExportKind::Contacts => CONTACTS,
        ExportKind::Conversations => CONVERSATIONS,
        ExportKind::Messages => MESSAGES,
        ExportKind::Calls => CALLS,
        ExportKind::Files => FILES,
        ExportKind::Campaigns => CAMPAIGNS,
        ExportKind::Recipients => RECIPIENTS,
        ExportKind::Appointments => APPOINTMENTS,
        ExportKind::Templates => TEMPLATES,
        ExportKind::Notices => NOTICES,
        ExportKind::Audit => AUDIT,
    }
}

const SETTINGS: Source = Source {
    line: "'id', c.id, 'name', c.name, 'created_at', @c.created_at, 'countries', json(c.countries),
      'keep_messages_days', c.keep_messages_days, 'keep_files_days', c.keep_files_days,
      'currency', c.currency, 'cap_micros', c.cap_micros,
      'integrations', json((SELECT json_group_array(json_object('id', i.id, 'name', i.name, 'account_sid', i.account_sid,
          'default_region', i.default_region, 'messaging_service_sid', i.messaging_service_sid,
          'is_active', ?i.is_active, 'is_default', ?i.is_default, 'created_at', @i.created_at,
          'numbers', json((SELECT json_group_array(n.address) FROM numbers n WHERE n.integration_id = i.id))))
        FROM integrations i WHERE i.company_id = c.id)),
      'call_rules', json((SELECT json_group_array(json_object('number', r.number, 'rules', json(r.rules)))
        FROM call_rules r WHERE r.company_id = c.id)),
      'appointments', json((SELECT json_object('zone', s.zone, 'language', s.language, 'reminder_minutes', s.reminder_minutes)
        FROM appointment_settings s WHERE s.company_id = c.id)),
      'webhooks', json((SELECT json_group_array(json_object('id', h.id, 'url', h.url, 'events', json(h.events),
          'active', ?h.active, 'created_at', @h.created_at)) FROM hooks h WHERE h.company_id = c.id)),
      'spending', json((SELECT json_group_array(json_object('month', p.month, 'sent_micros', p.sent_micros,
          'sent_segments', p.sent_segments, 'other_micros', p.other_micros)) FROM spending p WHERE p.company_id = c.id))",
    from: "companies c WHERE c.id = ?1",
    order: "c.id",
    after: "c.id > ?2 ->> 0",
    beginning: EMPTY,
};

const PEOPLE: Source = Source {
    line: "'id', id, 'name', name, 'email', email, 'role', role, 'language', language, 'active', ?active,
      'created_at', @created_at, 'last_seen_at', @last_seen_at",
    from: "users WHERE company_id = ?1",
    order: "name, id",
    after: "(name, id) > (?2 ->> 0, ?2 ->> 1)",
    beginning: TWO_EMPTY,
};

const CONTACTS: Source = Source {
    line: "'id', c.id, 'name', c.name, 'profile_name', c.profile_name, 'notes', c.notes, 'language', c.language,
      'created_at', @c.created_at, 'updated_at', @c.updated_at,
      'numbers', json((SELECT json_group_array(json_object('number', a.identity, 'opted_out_at', @a.opted_out_at,
          'blocked_at', @a.blocked_at,
          'consent', json((SELECT json_group_array(json_object('consent', e.consent, 'at', @e.at, 'reason', e.reason,
              'message_id', e.message_id)) FROM consent_events e
            WHERE e.company_id = a.company_id AND e.identity = a.identity))))
        FROM contact_addresses a WHERE a.contact_id = c.id)),
      'tags', json((SELECT json_group_array(t.tag) FROM contact_tags t WHERE t.contact_id = c.id))",
    from: "contacts c WHERE c.company_id = ?1",
    order: "c.sort_name, c.id",
    after: "(c.sort_name, c.id) > (?2 ->> 0, ?2 ->> 1)",
    beginning: TWO_EMPTY,
};

const CONVERSATIONS: Source = Source {
    line: "'id', c.id, 'contact_id', c.contact_id, 'number', c.number, 'customer', c.customer, 'channel', c.channel,
      'status', c.status, 'unread_count', c.unread_count, 'assignee_id', c.assignee_id, 'created_at', @c.created_at,
      'notes', json((SELECT json_group_array(json_object('id', n.id, 'author', n.author_name, 'body', n.body,
          'created_at', @n.created_at)) FROM notes n WHERE n.conversation_id = c.id))",
    from: "conversations c WHERE c.company_id = ?1",
    order: "c.number, c.customer",
    after: "(c.number, c.customer) > (?2 ->> 0, ?2 ->> 1)",
    beginning: TWO_EMPTY,
};

const MESSAGES: Source = Source {
    line: "'id', m.id, 'conversation_id', m.conversation_id, 'channel', m.channel, 'from_client', ?m.from_client,
      'sender', m.sender, 'recipient', m.recipient, 'body', m.body, 'twilio_sid', m.external_id, 'status', m.status,
      'error_code', m.error_code, 'segments', m.segments, 'files', m.media_count, 'author_id', m.author_id,
      'price_micros', m.price_micros, 'created_at', @m.created_at, 'sent_at', @m.sent_at, 'delivered_at', @m.delivered_at,
      'scheduled_for', @m.scheduled_for",
    from: "messages m INDEXED BY messages_by_channel WHERE m.company_id = ?1",
    order: "m.channel, m.created_at, m.id",
    after: "(m.channel, m.created_at, m.id) > (?2 ->> 0, ?2 ->> 1, ?2 ->> 2)",
    beginning: r#"["", 0, ""]"#,
};

const CALLS: Source = Source {
    line:
        "'id', id, 'message_id', message_id, 'direction', direction, 'number', number, 'customer', customer,
      'user_id', user_id, 'twilio_sid', parent_sid, 'outcome', outcome, 'forwarded_to', forwarded_to,
      'transferred_to', transferred_to, 'note', note, 'transcript', transcript, 'price_micros', price_micros,
      'created_at', @created_at, 'answered_at', @answered_at, 'ended_at', @ended_at",
    from: "calls INDEXED BY calls_of_company WHERE company_id = ?1",
    order: "id",
    after: "id > ?2 ->> 0",
    beginning: EMPTY,
};

/// A name by which it is found again, whatever it was called.
const FILES: Source = Source {
    line: "'id', id, 'message_id', message_id, 'position', position, 'content_type', content_type, 'file_name', file_name,
      'size', size, 'sha256', sha256, 'saved_as', 'files/' || id || CASE content_type
        WHEN 'image/jpeg' THEN '.jpg' WHEN 'image/png' THEN '.png' WHEN 'image/gif' THEN '.gif' WHEN 'image/webp' THEN '.webp'
        WHEN 'audio/mpeg' THEN '.mp3' WHEN 'audio/ogg' THEN '.ogg' WHEN 'audio/wav' THEN '.wav' WHEN 'audio/x-wav' THEN '.wav'
        WHEN 'video/mp4' THEN '.mp4' WHEN 'application/pdf' THEN '.pdf' WHEN 'text/vcard' THEN '.vcf'
        WHEN 'text/plain' THEN '.txt' WHEN 'text/csv' THEN '.csv' ELSE '' END",
    from: "media INDEXED BY files_of_company WHERE company_id = ?1 AND state = 'here'",
    order: "id",
    after: "id > ?2 ->> 0",
    beginning: EMPTY,
};

const CAMPAIGNS: Source = Source {
    line: "'id', id, 'name', name, 'channel', channel, 'number', number, 'body', body, 'media_url', media_url,
      'state', state, 'pause_reason', pause_reason, 'total', total, 'sent', sent, 'delivered', delivered, 'failed', failed,
      'author_id', author_id, 'send_at', @send_at, 'created_at', @created_at, 'started_at', @started_at,
      'finished_at', @finished_at",
    from: "campaigns INDEXED BY campaigns_of_company WHERE company_id = ?1",
    order: "id",
    after: "id > ?2 ->> 0",
    beginning: EMPTY,
};

const RECIPIENTS: Source = Source {
    line: "'campaign_id', c.id, 'position', r.position, 'address', r.address, 'name', r.name,
      'variables', json(r.variables), 'state', r.state, 'error', r.error, 'error_code', r.error_code,
      'message_id', r.message_id",
    from: "campaigns c INDEXED BY campaigns_of_company CROSS JOIN recipients r
      ON r.campaign_id = c.id AND r.position > CASE WHEN c.id = ?2 ->> 0 THEN ?2 ->> 1 ELSE -1 END
      WHERE c.company_id = ?1",
    order: "c.id, r.position",
    after: "c.id >= ?2 ->> 0",
    beginning: r#"["", -1]"#,
};

const APPOINTMENTS: Source = Source {
    line: "'id', id, 'number', number, 'customer', customer, 'name', name, 'subject', subject, 'minutes', minutes,
      'zone', zone, 'language', language, 'status', status, 'created_by', created_by, 'starts_at', @starts_at,
      'created_at', @created_at, 'updated_at', @updated_at",
    from: "appointments INDEXED BY appointments_by_time WHERE company_id = ?1",
    order: "starts_at, id",
    after: "(starts_at, id) > (?2 ->> 0, ?2 ->> 1)",
    beginning: r#"[0, ""]"#,
};

const TEMPLATES: Source = Source {
    line:
        "'id', id, 'name', name, 'shortcut', shortcut, 'channel', channel, 'language', language, 'body', body,
      'created_at', @created_at, 'updated_at', @updated_at",
    from: "templates WHERE company_id = ?1",
    order: "name, id",
    after: "(name, id) > (?2 ->> 0, ?2 ->> 1)",
    beginning: TWO_EMPTY,
};

const NOTICES: Source = Source {
    line: "'kind', kind, 'language', language, 'body', body",
    from: "notification_texts WHERE company_id = ?1",
    order: "kind, language",
    after: "(kind, language) > (?2 ->> 0, ?2 ->> 1)",
    beginning: TWO_EMPTY,
};

const AUDIT: Source = Source {
    line: "'id', id, 'at', @at, 'actor_kind', actor_kind, 'actor_id', actor_id, 'actor_name', actor_name, 'action', action,
      'subject', subject, 'number', number, 'message_id', message_id, 'details', json(details)",
    from: "audit INDEXED BY audit_of_company WHERE company_id = ?1",
    order: "id",
    after: "id > ?2 ->> 0",
    beginning: EMPTY,
};

const EMPTY: &str = r#"[""]"#;
const TWO_EMPTY: &str = r#"["", ""]"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_answers_are_spelled_out_once_each() {
        let text = written("'at', @m.at, 'is', ?m.is_it");
        assert_eq!(
            text,
            "'at', strftime('%Y-%m-%dT%H:%M:%fZ', m.at / 1000.0, 'unixepoch'), \
             'is', json(CASE WHEN m.is_it THEN 'true' ELSE 'false' END)"
        );
    }
    #[test]
    fn two_objects_hold_every_line() {
        for kind in ExportKind::ALL {
            let count = values(&written(source(kind).line)).len();
            assert!(
                count.is_multiple_of(2) && count <= 2 * MOST_VALUES,
                "{kind:?}: {count}"
            );
        }
    }
}
