//! The SQL of figures.

use domain::ids::{CompanyId, MessageId};
use domain::{LocalDay, Timestamp};

use crate::ports::database::Statement;

/// The longest ago first.
pub fn due(before: Timestamp, limit: u32) -> Statement {
    Statement::new(format!(
        "SELECT id, figured_at FROM companies INDEXED BY companies_by_figures
         WHERE figured_at < ?1 ORDER BY figured_at LIMIT {limit}"
    ))
    .bind(before)
}

pub fn figured(company: &CompanyId) -> Statement {
    Statement::new("SELECT id, figured_at FROM companies WHERE id = ?1").bind(company)
}

/// When a company's first message or call was.
pub fn oldest(company: &CompanyId) -> Statement {
    let first = |channel| {
        format!(
            "SELECT (SELECT created_at FROM messages INDEXED BY messages_by_channel
               WHERE company_id = ?1 AND channel = '{channel}' ORDER BY created_at LIMIT 1) AS at"
        )
    };
    let messages = ["sms", "mms", "whatsapp"].map(first).join(" UNION ALL ");
    Statement::new(format!(
        "SELECT min(at) AS at FROM ({messages}
           UNION ALL
           SELECT (SELECT created_at FROM calls INDEXED BY calls_of_company WHERE company_id = ?1 ORDER BY id LIMIT 1))"
    ))
    .bind(company)
}

pub fn note_figured(company: &CompanyId, now: Timestamp) -> Statement {
    Statement::new("UPDATE companies SET figured_at = ?2 WHERE id = ?1")
        .bind(company)
        .bind(now)
}

/// A day that is counted.
pub struct Day<'a> {
    pub company: &'a CompanyId,
    pub day: LocalDay,
    pub from: Timestamp,
    pub until: Timestamp,
}

/// What was erased since was written all the same: a count that finds less changes nothing.
const KEEP_THE_GREATER: &str = "ON CONFLICT (company_id, day, number, channel, campaign_id) DO UPDATE SET
    items = excluded.items, received = excluded.received, sent = excluded.sent, segments = excluded.segments,
    delivered = excluded.delivered, failed = excluded.failed, seconds = excluded.seconds, micros = excluded.micros
    WHERE excluded.items >= daily_figures.items";

/// The day's messages, through the index of the company's channels.
const MESSAGES: &str = "json_each('[\"sms\",\"mms\",\"whatsapp\"]') AS h
    CROSS JOIN messages m INDEXED BY messages_by_channel
      ON m.company_id = ?1 AND m.channel = h.value AND m.created_at >= ?3 AND m.created_at < ?4";

impl Day<'_> {
    fn of(&self, sql: impl Into<std::borrow::Cow<'static, str>>) -> Statement {
        Statement::new(sql)
            .bind(self.company)
            .bind(self.day.to_string())
            .bind(self.from)
            .bind(self.until)
    }

    /// What waits for its time, or was cancelled before, does not count.
    pub fn count_messages(&self) -> Statement {
        self.of(format!(
            "INSERT INTO daily_figures (company_id, day, number, channel, campaign_id, items, received, sent, segments,
               delivered, failed, seconds, micros)
             SELECT ?1, ?2, CASE m.from_client WHEN 1 THEN m.recipient ELSE m.sender END, m.channel,
               coalesce(r.campaign_id, ''), count(*), sum(m.from_client),
               sum(m.from_client = 0 AND m.external_id IS NOT NULL),
               sum(CASE WHEN m.from_client = 0 AND m.external_id IS NOT NULL THEN m.segments ELSE 0 END),
               sum(m.from_client = 0 AND m.status IN ('delivered', 'read')),
               sum(m.from_client = 0 AND m.status IN ('failed', 'undelivered')), 0, sum(coalesce(m.price_micros, 0))
             FROM {MESSAGES} LEFT JOIN recipients r ON r.id = m.campaign_recipient
             WHERE m.status NOT IN ('pending', 'canceled') GROUP BY 3, 4, 5
             {KEEP_THE_GREATER}"
        ))
    }

    /// An id begins with the time of its call.
    pub fn count_calls(&self) -> Statement {
        Statement::new(format!(
            "INSERT INTO daily_figures (company_id, day, number, channel, campaign_id, items, received, sent, segments,
               delivered, failed, seconds, micros)
             SELECT ?1, ?2, number, 'call', '', count(*), sum(direction = 'inbound'), sum(direction = 'outbound'), 0,
               sum(answered), sum(answered = 0), sum(coalesce((ended_at - answered_at) / 1000, 0)),
               sum(coalesce(price_micros, 0))
             FROM calls INDEXED BY calls_of_company WHERE company_id = ?1 AND id >= ?3 AND id < ?4 AND message_id IS NOT NULL
             GROUP BY number
             {KEEP_THE_GREATER}"
        ))
        .bind(self.company)
        .bind(self.day.to_string())
        .bind(&MessageId::new(self.from, 0))
        .bind(&MessageId::new(self.until, 0))
    }

    /// A message that was taken for failed may turn out to have arrived, so there may be fewer; a day of which messages
    /// were erased keeps what it had.
    pub fn count_errors(&self) -> [Statement; 2] {
        let is_whole = format!(
            "(SELECT count(*) FROM {MESSAGES} WHERE m.status NOT IN ('pending', 'canceled')) >= coalesce((
               SELECT sum(items) FROM daily_figures WHERE company_id = ?1 AND day = ?2 AND channel <> 'call'), 0)"
        );
        [
            self.of(format!(
                "DELETE FROM daily_errors WHERE company_id = ?1 AND day = ?2 AND {is_whole}"
            )),
            self.of(format!(
                "INSERT INTO daily_errors (company_id, day, code, messages)
                 SELECT ?1, ?2, coalesce(m.error_code, 0), count(*) FROM {MESSAGES}
                 WHERE m.from_client = 0 AND m.status IN ('failed', 'undelivered') AND {is_whole} GROUP BY 3"
            )),
        ]
    }

    /// The first answer that a person wrote after the customer, and how long it was since the customer's first word.
    pub fn count_replies(&self) -> Statement {
        let earlier = "FROM messages o INDEXED BY messages_of_conversation
               WHERE o.conversation_id = m.conversation_id AND o.id < m.id AND o.from_client = 0
               ORDER BY o.id DESC LIMIT 1";
        self.of(format!(
            "INSERT INTO daily_replies (company_id, day, within_5_minutes, within_1_hour, within_4_hours, within_1_day, later)
             SELECT ?1, ?2, coalesce(sum(waited < 300000), 0), coalesce(sum(waited >= 300000 AND waited < 3600000), 0),
               coalesce(sum(waited >= 3600000 AND waited < 14400000), 0),
               coalesce(sum(waited >= 14400000 AND waited < 86400000), 0), coalesce(sum(waited >= 86400000), 0)
             FROM (SELECT m.created_at - (
                 SELECT i.created_at FROM messages i INDEXED BY messages_of_conversation
                 WHERE i.conversation_id = m.conversation_id AND i.id < m.id AND i.from_client = 1
                   AND i.id > coalesce((SELECT o.id {earlier}), '')
                 ORDER BY i.id LIMIT 1) AS waited
               FROM {MESSAGES}
               WHERE m.from_client = 0 AND m.author_id IS NOT NULL AND m.campaign_recipient IS NULL
                 AND m.scheduled_for IS NULL)
             WHERE waited IS NOT NULL
             ON CONFLICT (company_id, day) DO UPDATE SET
               within_5_minutes = excluded.within_5_minutes, within_1_hour = excluded.within_1_hour,
               within_4_hours = excluded.within_4_hours, within_1_day = excluded.within_1_day, later = excluded.later
             WHERE excluded.within_5_minutes + excluded.within_1_hour + excluded.within_4_hours + excluded.within_1_day
                 + excluded.later >= daily_replies.within_5_minutes + daily_replies.within_1_hour
                 + daily_replies.within_4_hours + daily_replies.within_1_day + daily_replies.later"
        ))
    }
}

/// Sums of `daily_figures`, as `contract::figures::Counts` names them.
const COUNTS: &str = "sum(CASE channel WHEN 'call' THEN 0 ELSE received END) AS received,
    sum(CASE channel WHEN 'call' THEN 0 ELSE sent END) AS sent, sum(segments) AS segments,
    sum(CASE channel WHEN 'call' THEN 0 ELSE delivered END) AS delivered,
    sum(CASE channel WHEN 'call' THEN 0 ELSE failed END) AS failed,
    sum(CASE channel WHEN 'call' THEN received + sent ELSE 0 END) AS calls, sum(seconds) AS call_seconds,
    sum(micros) AS micros";

/// Days, numbers, campaigns, errors, replies: five answers.
pub fn figures(company: &CompanyId, from: LocalDay, to: LocalDay) -> Vec<Statement> {
    let days = "company_id = ?1 AND day >= ?2 AND day <= ?3";
    [
        format!("SELECT day, {COUNTS} FROM daily_figures WHERE {days} GROUP BY day"),
        format!(
            "SELECT number, {COUNTS} FROM daily_figures WHERE {days} GROUP BY number ORDER BY sum(received + sent) DESC"
        ),
        format!(
            "SELECT c.id, c.name, f.received, f.sent, f.segments, f.delivered, f.failed, f.calls, f.call_seconds, f.micros
             FROM (
               SELECT campaign_id, {COUNTS} FROM daily_figures WHERE {days} AND campaign_id <> '' GROUP BY campaign_id) AS f
             JOIN campaigns c ON c.id = f.campaign_id AND c.company_id = ?1
             ORDER BY f.micros DESC, f.segments DESC LIMIT 50"
        ),
        format!(
            "SELECT code, sum(messages) AS messages FROM daily_errors WHERE {days} GROUP BY code ORDER BY messages DESC LIMIT 30"
        ),
        format!(
            "SELECT coalesce(sum(within_5_minutes), 0) AS within_5_minutes, coalesce(sum(within_1_hour), 0) AS within_1_hour,
               coalesce(sum(within_4_hours), 0) AS within_4_hours, coalesce(sum(within_1_day), 0) AS within_1_day,
               coalesce(sum(later), 0) AS later FROM daily_replies WHERE {days}"
        ),
    ]
    .map(|sql| {
        Statement::new(sql)
            .bind(company)
            .bind(from.to_string())
            .bind(to.to_string())
    })
    .into()
}

pub fn currency(company: &CompanyId) -> Statement {
    Statement::new("SELECT currency FROM companies WHERE id = ?1").bind(company)
}
