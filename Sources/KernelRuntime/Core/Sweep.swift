internal import Kernel

/// What an MSP keeps for a short time goes when its time is over; the comment of each table says how long.
enum Sweep {
    /// Once an hour for each MSP: answers to repeated requests after a day.
    static let job = Job("core.sweep", everySeconds: 3_600) { unit in
        try await unit.run(
            Query(
                "delete from kernel.idempotency where msp_id = $1 and created_at < $2::timestamptz - interval '1 day'", .id(unit.msp),
                .instant(unit.now)))
    }
}
