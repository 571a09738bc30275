"""The measurements of infra/bench, told apart by what they touch: data, SQL, load, report."""
