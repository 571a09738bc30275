import Kernel

/// Files that come with a record's form: one for each of its slots.
struct RecordFileInputs: Sendable {
    let plan: RecordPlan

    /// What the form's route takes; nil where the record has no files.
    var upload: UploadRule? {
        let slots = plan.record.files
        guard let first = slots.max(by: { $0.rule.maximumBytes < $1.rule.maximumBytes }) else { return nil }
        return UploadRule(maximumBytes: first.rule.maximumBytes, maximumFiles: slots.count, tooLarge: first.rule.tooLarge)
    }

    /// Looks at each file before the transaction, for a caller who was let in. A fault stands beside its input.
    func checked(_ request: MspRequest) async throws -> [(slot: RecordFiles, file: CheckedFile)] {
        let sent = plan.record.files.compactMap { slot in request.web.files.first { $0.field == slot.input }.map { (slot, $0) } }
        guard !sent.isEmpty else { return [] }
        _ = try await request.read()
        var checked: [(slot: RecordFiles, file: CheckedFile)] = []
        var faults: [FieldFault] = []
        for (slot, file) in sent {
            do {
                checked.append((slot, try await CheckedFile(file, as: slot.rule, request)))
            } catch let refusal as Refusal where refusal.status == 422 {
                faults.append(FieldFault(slot.input, refusal.message))
            }
        }
        guard faults.isEmpty else { throw Refusal.invalid(faults) }
        return checked
    }

    /// Joins them to the object that the form made or changed, in its transaction.
    func put(_ files: [(slot: RecordFiles, file: CheckedFile)], on id: Identifier, _ unit: WriteUnit) async throws {
        for (slot, file) in files { try await RecordFileStore(plan: plan).put(file, in: slot, of: id, title: nil, unit) }
    }
}
