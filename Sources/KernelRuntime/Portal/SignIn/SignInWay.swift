internal import HTML
internal import Kernel
internal import KernelUI

/// What a sign-in carries through its steps, however many there are.
struct SignInWay: Sendable {
    /// Where it leads, inside the house.
    let suite: String
    /// A sealed form that waits for its person to sign in again.
    let kept: String?

    init(suite: String, kept: String? = nil) {
        self.suite = suite
        self.kept = kept
    }

    /// As the form of the step before carried it.
    init(_ form: FormValues) { self.init(suite: SafePath.local(form["suite"]), kept: form[FormMark.kept]) }
}

extension HTMLWriter {
    /// Carries the way into the next step.
    func way(_ way: SignInWay) {
        hiddenInput("suite", way.suite)
        if let kept = way.kept { hiddenInput(FormMark.kept, kept) }
    }
}
