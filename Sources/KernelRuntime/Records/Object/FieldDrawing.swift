import HTML
import Kernel
import KernelUI

/// Draws the values of one row, of a record or of a line under it.
struct FieldDrawing {
    let plan: RecordPlan
    let access: Access
    let values: RecordValues
    /// Names of what reference fields point to.
    let titles: [String: String]

    private var record: RecordType { plan.record }

    /// A value in words; nil when there is nothing to show.
    func shown(_ field: RecordField) -> String? {
        FieldText.shown(
            values[field.name], field, workflow: record.workflow, zone: access.msp.timeZone, title: titles[field.name],
            civility: civility(field))
    }

    /// The page is about one person: what is said of the person agrees.
    func label(_ field: RecordField) -> String { FrenchAgreement.form(field.label, civility: civility(field)) }

    private func civility(_ field: RecordField) -> String? { field.agreesWith.flatMap { values.text($0) } }

    /// A value with what belongs to its kind: a link, an amount, a chip.
    func value(_ field: RecordField, _ h: HTMLWriter) {
        let value = values[field.name]
        guard let text = shown(field) else { return h.text("—") }
        switch (field.kind, value) {
        case (.longText, _):
            for line in text.split(separator: "\n", omittingEmptySubsequences: true) { h.p(text: String(line)) }
        case (.money, .integer(let cents)): h.amount(cents: cents)
        case (.email, _): h.a(.href("mailto:\(text)"), text: text)
        case (.url, _): h.a(.href(text), .rel("noopener noreferrer"), text: text)
        case (.rpps, .text(let number)):
            h.text(text)
            if let remark = try? NationalNumber.rpps(number).remark { h.p(.class("field__help"), text: remark) }
        case (.finess, .text(let number)):
            h.text(text)
            if let remark = try? NationalNumber.finess(number).remark { h.p(.class("field__help"), text: remark) }
        case (.reference(let target), .id(let id)):
            // What tells more of another field's object is not the way to it.
            let isName = record.storedFields.contains { $0.name == field.name }
            // A row that the reader may not see has no name here, and no way to it.
            let isSeen = plan.catalog.rule(of: target) == nil || titles[field.name] != nil
            if isName, isSeen, let entry = plan.catalog.entry(target.record), access.can(entry.record.permissions.read),
                let path = plan.catalog.path(record: target.record, id: id)
            {
                h.a(.href(access.msp.path(path)), text: text)
            } else {
                h.text(text)
            }
        case (.choice, .text(let code)):
            if let workflow = record.workflow, workflow.field == field.name, let state = workflow.shownState(values) ?? workflow.state(code)
            {
                h.chip(state)
            } else {
                h.text(text)
            }
        default: h.text(text)
        }
    }
}
