import Notation

/// The answers that do not depend on anything: trading hours, request costs, request budgets.
enum StaticAnswers {
    /// Open at all hours: this exchange has no maintenance.
    static let schedule: JSON = {
        let allDay: JSON = [.object(["open_time": "00:00", "close_time": "00:00"])]
        let week: JSON = .object([
            "start_time": "2024-12-01T00:00:00Z", "end_time": "2200-12-01T00:00:00Z", "monday": allDay, "tuesday": allDay, "wednesday": allDay,
            "thursday": allDay, "friday": allDay, "saturday": allDay, "sunday": allDay,
        ])
        return .object(["standard_hours": [week], "maintenance_windows": []])
    }()

    /// What differs from the default cost of 10 (Kalshi reference, section 14).
    static let endpointCosts: JSON = [
        .object(["method": "DELETE", "path": "/trade-api/v2/portfolio/events/orders/:order_id", "cost": 2]),
        .object(["method": "GET", "path": "/trade-api/v2/portfolio/orders/:order_id", "cost": 2]),
    ]

    /// The budgets of the highest public tier; this exchange publishes them and does not enforce them.
    static let limits: KeyValuePairs<String, JSON?> = [
        "usage_tier": "prestige",
        "read": .object(["refill_rate": 10_000, "bucket_capacity": 10_000]),
        "write": .object(["refill_rate": 8_000, "bucket_capacity": 16_000]),
        "grants": [],
    ]
}
