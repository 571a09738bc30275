internal import HTML
internal import Kernel

/// What a form of the portal shows again after a refusal.
struct PortalForm: Sendable {
    let values: FormValues
    let faults: [FieldFault]

    init(values: FormValues = FormValues(), faults: [FieldFault] = []) {
        self.values = values
        self.faults = faults
    }

    func fault(_ name: String) -> String? { faults.first { $0.field == name }?.message }
}

extension HTMLWriter {
    /// A POST form with its anti-forgery value, its faults on top and its main button.
    func portalForm(
        action: String, csrf: String, button label: String, form: PortalForm = PortalForm(), cancel: String? = nil, fields: () -> Void
    ) {
        self.form(.class("form"), .method(.post), .action(action), .novalidate()) {
            csrfField(csrf)
            portalFaults(form)
            fields()
            div(.class("form__actions")) {
                button(.class("button button--main"), .type(.submit), text: label)
                if let cancel { a(.class("button button--quiet"), .href(cancel), text: "Annuler") }
            }
        }
    }

    /// The hidden value that proves that the form is ours; nothing when nobody is signed in.
    func csrfField(_ csrf: String) {
        if !csrf.isEmpty { input(.type(.hidden), .name("_csrf"), .value(csrf)) }
    }

    /// A form that is one button.
    func portalButton(_ label: String, action: String, csrf: String, style: String = "button button--small", hint: String? = nil) {
        form(.method(.post), .action(action)) {
            csrfField(csrf)
            button(.class(style), .type(.submit), .when(hint != nil, .aria(.label, hint ?? "")), text: label)
        }
    }

    /// Summary of the faults, with links to the fields.
    func portalFaults(_ form: PortalForm) {
        guard !form.faults.isEmpty else { return }
        div(.class("error-summary"), .role("alert"), .tabindex(-1), .id("erreurs")) {
            h2(text: form.faults.count > 1 ? "\(form.faults.count) points sont à corriger" : "Un point est à corriger")
            ul {
                for fault in form.faults {
                    li {
                        if fault.field.isEmpty { text(fault.message) } else { a(.href("#champ-\(fault.field)"), text: fault.message) }
                    }
                }
            }
        }
    }

    /// One line of text with its label, help and fault.
    func portalField(
        _ name: String, label: String, type: InputType = .text, form: PortalForm, value: String? = nil, help: String? = nil,
        autocomplete: String = "off", required: Bool = true, maxlength: Int = 200, style: String = "input", autofocus: Bool = false,
        digitsOnly: Bool = false
    ) {
        let fault = form.fault(name)
        let described = [help.map { _ in "aide-\(name)" }, fault.map { _ in "erreur-\(name)" }].compactMap { $0 }.joined(separator: " ")
        div(.class(fault == nil ? "field" : "field field--error")) {
            portalLabel(name, label: label, required: required, help: help)
            // A secret is never written back into a page.
            let shown = type.isSecret ? "" : form.values[name] ?? value ?? ""
            input(
                .id("champ-\(name)"), .class(style), .type(type), .name(name), .value(shown), .autocomplete(autocomplete), .maxlength(maxlength),
                .required(required), .autofocus(autofocus), .when(digitsOnly, .inputmode("numeric")),
                .when(!described.isEmpty, .aria(.describedby, described)), .when(fault != nil, .aria(.invalid, true)))
            if let fault { p(.class("field__error"), .id("erreur-\(name)"), text: fault) }
        }
    }

    /// A choice in a list.
    func portalSelect(
        _ name: String, label: String, options: [(value: String, label: String)], form: PortalForm, value: String? = nil, help: String? = nil
    ) {
        let fault = form.fault(name)
        let current = form.values[name] ?? value
        div(.class(fault == nil ? "field" : "field field--error")) {
            portalLabel(name, label: label, required: true, help: help)
            select(
                .id("champ-\(name)"), .class("select"), .name(name), .when(help != nil, .aria(.describedby, "aide-\(name)")),
                .when(fault != nil, .aria(.invalid, true))
            ) {
                for choice in options { option(.value(choice.value), .selected(choice.value == current), text: choice.label) }
            }
            if let fault { p(.class("field__error"), .id("erreur-\(name)"), text: fault) }
        }
    }

    /// Several choices, each with its box.
    func portalChecks(_ name: String, label: String, options: [(value: String, label: String)], form: PortalForm, selected: Set<String>) {
        let fault = form.fault(name)
        let current = form.values.names.contains(name) || !form.faults.isEmpty ? Set(form.values.all(name)) : selected
        fieldset(.class(fault == nil ? "field" : "field field--error"), .id("champ-\(name)")) {
            legend(text: label)
            div(.class("choices")) {
                for choice in options {
                    self.label(.class("choice")) {
                        input(.type(.checkbox), .name(name), .value(choice.value), .checked(current.contains(choice.value)))
                        span(text: choice.label)
                    }
                }
            }
            if let fault { p(.class("field__error"), text: fault) }
        }
    }

    private func portalLabel(_ name: String, label text: String, required: Bool, help: String?) {
        label(.class("field__label"), .for("champ-\(name)")) {
            self.text(text)
            if !required { span(.class("soft"), text: " (facultatif)") }
        }
        if let help { p(.class("field__help"), .id("aide-\(name)"), text: help) }
    }
}

extension InputType {
    fileprivate var isSecret: Bool { if case .password = self { true } else { false } }
}
