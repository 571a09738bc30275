internal import HTML
internal import Kernel
internal import KernelUI

/// What a form shows again after a refusal: what was typed, and what is to be repaired.
struct PortalForm: Sendable {
    let values: FormValues
    let faults: [FieldFault]

    init(values: FormValues = FormValues(), faults: [FieldFault] = []) {
        self.values = values
        self.faults = faults
    }

    /// The status of a page that shows it.
    var status: Int { faults.isEmpty ? 200 : 422 }

    /// The words of a field with its fault.
    func field(_ name: String, _ label: String, help: String? = nil, required: Bool = true) -> Field {
        Field(label, name: name, help: help, error: faults.first { $0.field == name }?.message, required: required)
    }

    /// What was typed, else the stored value.
    func value(_ name: String, _ stored: String? = nil) -> String { values[name] ?? stored ?? "" }

    /// What was chosen: nothing at all counts as a choice once the form was sent.
    func chosen(_ name: String, _ stored: Set<String>) -> Set<String> { values.pairs.isEmpty ? stored : Set(values.all(name)) }
}

extension HTMLWriter {
    /// A form with its anti-forgery value, the summary of its faults on top and its main button.
    func portalForm(
        action: String, csrf: String, button label: String, form: PortalForm = PortalForm(), cancel: String? = nil, fields: () -> Void
    ) {
        postForm(action: action, csrf: csrf, guarded: false, changes: !csrf.isEmpty) {
            errorSummary(form.faults)
            fields()
            formActions(submit: label, cancelHref: cancel)
        }
    }

    /// One line of text.
    func portalField(
        _ name: String, label: String, form: PortalForm, value: String? = nil, help: String? = nil, autocomplete: String = "off",
        required: Bool = true, maxlength: Int = 200, autofocus: Bool = false
    ) {
        textField(
            form.field(name, label, help: help, required: required), value: form.value(name, value), maxLength: maxlength,
            autocomplete: autocomplete, .autofocus(autofocus))
    }

    /// An address of mail.
    func portalEmail(
        _ form: PortalForm, label: String = "Adresse électronique", value: String? = nil, required: Bool = true, isOwn: Bool = false
    ) {
        emailField(
            form.field("email", label, required: required), value: form.value("email", value), autocomplete: isOwn ? "username" : "off",
            .autofocus(isOwn))
    }

    /// A password; what was typed is never written back into a page.
    func portalPassword(_ name: String, label: String, form: PortalForm, help: String? = nil, isNew: Bool = false) {
        passwordField(form.field(name, label, help: help), isNew: isNew)
    }

    /// One entry of a list.
    func portalSelect(
        _ name: String, label: String, options: [(value: String, label: String)], form: PortalForm, value: String? = nil,
        help: String? = nil
    ) {
        selectField(
            form.field(name, label, help: help), options: options.map { FieldOption($0.value, $0.label) }, value: form.value(name, value))
    }
}
