import Kernel

/// Takes away what was replaced or taken from an object, once its time is over, and the bytes with it; what the evidence ledger refers to
/// stays.
enum RecordFilePurge {
    private static let bite = 200

    static func job(_ records: [RecordType]) -> Job {
        let slots = records.sorted { $0.id < $1.id }.flatMap { record in
            record.files.filter { $0.keepsMonths != nil }.map { (record.id, $0) }
        }
        return Job("core.purge_record_files", everySeconds: 86_400) { unit in
            for (record, slot) in slots {
                guard let months = slot.keepsMonths else { continue }
                let gone = try await unit.one(
                    Query(
                        """
                        delete from kernel.record_file where msp_id = $1 and file_id in (
                            select x.file_id from kernel.record_file x
                            where x.msp_id = $1 and x.record = $2 and x.slot = $3
                                and coalesce(x.removed_at, x.replaced_at) < $4::timestamptz - make_interval(months => $5::integer)
                                and not exists (select from kernel.evidence e where e.msp_id = $1
                                    and e.exhibits @> jsonb_build_array(jsonb_build_object('file', x.file_id::text)))
                            limit $6)
                        returning file_id
                        """, .id(unit.msp), .text(record), .text(slot.name), .instant(unit.now), .int(months), .int(bite)))
                let files: [Identifier] = try gone.map { try $0[0] }
                guard !files.isEmpty else { continue }
                try await unit.run(Query("delete from kernel.file where msp_id = $1 and id = any ($2::uuid[])", .id(unit.msp), .ids(files)))
            }
        }
    }
}
