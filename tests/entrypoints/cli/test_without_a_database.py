"""The commands that need no database, run as people run them: as a process, with good and bad input."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from seawall import reference
from seawall.technology.lab import Lab

AS_OF = "2026-11-24"


def run(*arguments: str, stdin: bytes | None = None, lang: str = "en") -> subprocess.CompletedProcess[str]:
    """`seawall …` without DATABASE_URL or settings, so that nothing can lean on them."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("SEAWALL_", "DATABASE_", "DJANGO_", "LC_"))}
    done = subprocess.run(
        [sys.executable, "-m", "seawall", *arguments],
        input=stdin, capture_output=True, check=False, timeout=60, env=kept | {"LANG": f"{lang}_CN.UTF-8"},
    )  # fmt: skip
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture(scope="module")
def filed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cli") / "submission.yaml"
    path.write_text(yaml.safe_dump(dict(reference.example("hosting-ransomware")), allow_unicode=True), encoding="utf-8")
    return path


def test_help_lists_every_command_and_says_what_exit_codes_mean() -> None:
    said = run("--help")
    assert said.returncode == 0
    for command in ("assess", "scan", "quote", "demo", "serve", "worker", "vault", "replay", "schema", "seed-tenants"):
        assert command in said.stdout
    assert "Exit codes" in said.stdout


def test_the_schema_accepts_the_examples() -> None:
    schema = json.loads(run("schema", "submission").stdout)
    Draft202012Validator.check_schema(schema)
    for name in reference.examples():
        Draft202012Validator(schema).validate(dict(reference.example(name)))


def test_an_assessment_prints_the_same_json_twice_and_says_what_it_used(filed: Path) -> None:
    first, second = (run("assess", str(filed), "--json", "--as-of", AS_OF, "--seed", "7") for _ in range(2))
    assert first.returncode == 0
    assert first.stdout == second.stdout
    found = json.loads(first.stdout)
    assert found["score"]["low"] < found["score"]["value"] < found["score"]["high"]
    assert found["seed"] == 7
    assert all(len(ref["sha256"]) == 64 for ref in found["releases"].values())
    assert [o["product"] for o in found["options"]] == ["sme", "system", "bespoke"]
    assert all(o["rating"]["steps"] for o in found["options"])


@pytest.mark.parametrize(("lang", "words"), [("zh", "残余风险"), ("en", "Residual risk")])
def test_an_assessment_reads_in_both_languages(filed: Path, lang: str, words: str) -> None:
    said = run("assess", str(filed), "--as-of", AS_OF, "--lang", lang)
    assert said.returncode == 0
    assert words in said.stdout
    assert said.stderr == ""


def test_a_quote_comes_with_its_steps(filed: Path) -> None:
    said = run("quote", str(filed), "--as-of", AS_OF, "--product", "bespoke")
    assert said.returncode == 0
    assert "Industry hazard" in said.stdout


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"credit_code": "91330106MA2KPT7X3E"}, "company.credit_code"),
        ({"revenue": "-5"}, "company.revenue"),
        ({"revenue": "9e99"}, "company.revenue"),
        ({"revenue": {"amount": "100", "currency": "XYZ"}}, "company.revenue"),
        ({"domains": ["192.168.1.1"]}, "company.domains.0"),
        ({"domains": ["router.local"]}, "company.domains.0"),
        ({"employees": -1}, "company.employees"),
    ],
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_bad_input_is_told_in_one_line_at_its_place(change: dict[str, object], where: str, lang: str) -> None:
    document = dict(reference.example("saas-invoice"))
    document["company"] = {**document["company"], **change}
    said = run("assess", "-", "--as-of", AS_OF, "--lang", lang, stdin=json.dumps(document).encode())
    assert said.returncode == 2
    assert said.stdout == ""
    assert "Traceback" not in said.stderr
    line = next(line for line in said.stderr.splitlines() if where in line)
    assert ("。" in line) == (lang == "zh")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(64), "not a YAML or JSON document"),
        (b"a: &x [1]\nb: *x\n", "not a YAML or JSON document"),
        (b"- a list\n", "not a YAML or JSON document"),
        (b"a: {b: ", "not a YAML or JSON document"),
        (b"[" * 50_000, "not a YAML or JSON document"),
        (b"x" * (100 * 1024 * 1024), "too large"),
    ],
    ids=["png", "alias", "list", "cut", "deep", "100 MB"],
)
def test_a_file_of_another_kind_is_refused(content: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "file.bin"
    path.write_bytes(content)
    said = run("assess", str(path))
    assert said.returncode == 2
    assert words in said.stderr
    assert len(said.stderr.splitlines()) == 1


def test_a_missing_file_and_a_wrong_word_are_told_in_one_line() -> None:
    for arguments in (("assess", "/nowhere.yaml"), ("asess",), ("assess",), ("schema", "nothing")):
        said = run(*arguments)
        assert said.returncode == 2
        assert len(said.stderr.splitlines()) == 1
        assert "Traceback" not in said.stderr


def test_a_conformity_report_says_what_is_met_and_what_nobody_looked_at(filed: Path, tmp_path: Path) -> None:
    listed = json.loads(run("conformity", "--list", "--json").stdout)
    assert {"mlps-2-0", "nist-csf-2-0", "iso27001-2022"} <= {f["id"] for f in listed}
    paper = tmp_path / "report.pdf"
    done = run("conformity", "mlps-2-0", str(filed), "--json", "--level", "3", "--as-of", AS_OF, "--pdf", str(paper))
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["level"], found["mlps"]["items"]) == (3, 211)
    physical = [r for r in found["requirements"] if r["chapter"] == "physical"]
    assert {(r["verdict"], r["open"], r["met"]) for r in physical} == {("not_assessed", 1, 0)}
    assert {r["verdict"] for r in found["requirements"]} & {"met", "partly"}
    assert paper.read_bytes().startswith(b"%PDF")
    told = run("conformity", "mlps-2-0", str(filed), "--as-of", AS_OF, lang="zh")
    assert "身份鉴别" in told.stdout
    assert "海堤不作评估" in told.stdout
    for arguments, wrong in (
        (("conformity", "no-such", str(filed)), "no-such"),
        (("conformity", "mlps-2-0", str(filed), "--level", "7"), "7"),
        (("conformity", "cisa-cpg-2-0", str(filed), "--level", "1"), "1"),
        (("conformity", "mlps-2-0"), "submission file"),
    ):
        refused = run(*arguments)
        assert refused.returncode == 2, refused.stderr
        assert wrong in refused.stderr
        assert "Traceback" not in refused.stderr


def test_a_library_is_shown_with_the_questions_that_bear_on_it() -> None:
    assert "500.12" in run("framework", "show", "nydfs-500").stdout
    shown = json.loads(run("framework", "show", "mlps-2-0", "--json", "--questions").stdout)
    assert "Q011" in shown["questions"]["CMP-01"]
    assert shown["questions"]["PHY-01"] == []
    assert run("framework", "show", "no-such").returncode == 2


def test_an_mlps_report_is_concluded_by_both_templates(tmp_path: Path) -> None:
    path = tmp_path / "report.yaml"
    items = [
        {"part": "technical", "state": "conforms", "count": 55},
        {"part": "technical", "state": "fails", "count": 5},
        {"part": "management", "state": "conforms", "count": 40},
    ]
    path.write_text(yaml.safe_dump({"items": items, "risk": "low"}), encoding="utf-8")
    found = json.loads(run("framework", "score", str(path), "--json").stdout)
    assert found["2021"] == {"score": 90.0, "conclusion": "excellent"}
    assert found["2025"] == {"rate": 0.95, "conclusion": "basically_conforms"}
    assert "优" in run("framework", "score", str(path), lang="zh").stdout
    path.write_text("items: [{part: roof, state: fails}]", encoding="utf-8")
    refused = run("framework", "score", str(path))
    assert refused.returncode == 2
    assert "items[0].part" in refused.stderr


def test_an_expired_consent_stops_a_scan_before_anything_is_sent() -> None:
    document = dict(reference.example("saas-invoice"))
    document["consent"] = {**document["consent"], "valid_from": "2025-01-01", "valid_until": "2025-06-01"}
    said = run("assess", "-", "--scan", "--as-of", AS_OF, stdin=json.dumps(document).encode())
    assert said.returncode == 2
    assert "consent.valid_until" in said.stderr


@pytest.mark.parametrize(
    ("content", "lines", "words"),
    [
        (b"good.example.com\nhttp://x.example.com/\nno host\n", 2, ":2: "),
        (b"\xff\xfe\x00", 1, "not UTF-8 text"),
        (b"# nothing\n\n", 1, "Name a host or domain"),
        (b"com.cn\n", 1, "shared suffix"),
    ],
)
def test_a_bad_list_of_targets_is_told_line_by_line(tmp_path: Path, content: bytes, lines: int, words: str) -> None:
    targets = tmp_path / "targets.txt"
    targets.write_bytes(content)
    said = run("scan", "--targets", str(targets), "--lang", "en")
    assert said.returncode == 2
    assert len(said.stderr.splitlines()) == lines
    assert words in said.stderr
    assert run("scan", "--targets", str(tmp_path / "none.txt")).returncode == 2


def test_a_scan_of_the_lab_writes_findings_and_refuses_what_is_not_allowed(tmp_path: Path) -> None:
    with Lab() as lab:
        egress = lab.egress()
        roots = tmp_path / "roots.pem"
        roots.write_text(egress.roots, encoding="utf-8")
        assert egress.resolver is not None
        way = ["--resolver", "{}:{}".format(*egress.resolver), "--roots", str(roots), "--rate", "100"]
        for logical, actual in egress.ports.items():
            way += ["--port", f"{logical}:{actual}"]
        out, targets = tmp_path / "findings.json", tmp_path / "targets.txt"
        targets.write_text("# the lab\nhaituo.example  # 海拓\n\nHaituo.example.\n", encoding="utf-8")
        done = run("scan", "--targets", str(targets), "--allow", "127.77.0.0/16", "--out", str(out), *way)
        assert done.returncode == 1, done.stderr
        findings = json.loads(out.read_text(encoding="utf-8"))["findings"]
        assert {f["state"] for f in findings} <= {"found", "not_found", "could_not_check"}
        assert {"SW-MAIL-03", "SW-EXP-01", "SW-TLS-04"} <= {f["check"] for f in findings if f["state"] == "found"}
        again = run("scan", "--targets", str(targets), "--allow", "127.77.0.0/16", "--json", *way)
        assert [f["id"] for f in json.loads(again.stdout)["findings"]] == [f["id"] for f in findings]
        assert len({f["id"] for f in findings}) == len(findings)
        refused = run("scan", "haituo.example", *way)
        assert refused.returncode == 2
        assert "nothing was sent" in refused.stderr


def test_import_reads_a_tools_file_and_says_what_it_left_out() -> None:
    files = Path("tests/core/imports/files")
    read = run("import", str(files / "scan.nessus"), "--json")
    assert read.returncode == 1
    found = json.loads(read.stdout)
    assert {f["check"] for f in found["findings"] if f["state"] == "found"} >= {"SW-IMP-01", "SW-IMP-03"}
    assert [p["line"] for p in found["problems"]] == [25]
    whole = run("import", str(files / "nmap-loopback.xml"), "--lang", "zh")
    assert whole.returncode == 0
    assert "localhost:18080/tcp" in whole.stdout
    assert run("import", str(files / "nmap-loopback.xml"), "--kind", "nessus").returncode == 2


def test_the_questionnaire_goes_out_is_filled_in_and_comes_back(filed: Path, tmp_path: Path) -> None:
    said = run("questionnaire", "show", str(filed), "--as-of", AS_OF, lang="zh")
    assert said.returncode == 0
    assert said.stdout.startswith("完整问卷")
    assert "多因素认证" in said.stdout
    names = {answer["answered_by"] for answer in reference.example("hosting-ransomware")["answers"]}
    for name in ("form.xlsx", "form.json"):
        out = tmp_path / name
        assert run("questionnaire", "export", str(filed), "-o", str(out), "--as-of", AS_OF).returncode == 0
        back = run("questionnaire", "import", str(filed), str(out), "--by", "钱工", "--as-of", AS_OF)
        assert back.returncode == 0
        assert {a["answered_by"] for a in json.loads(back.stdout)["answers"]} == names
    form = json.loads(out.read_text(encoding="utf-8"))
    entry = next(e for e in form["questions"] if e["id"] == "Q011")
    entry["answer"]["value"] = "是"
    out.write_text(json.dumps(form), encoding="utf-8")
    back = run("questionnaire", "import", str(filed), str(out), "--by", "钱工", "--as-of", AS_OF)
    changed = [a for a in json.loads(back.stdout)["answers"] if a["answered_by"] == "钱工"]
    assert [(a["question"], a["value"], a["answered_on"]) for a in changed] == [("Q011", "yes", AS_OF)]
    # What comes out goes in again.
    again = run("assess", "-", "--json", "--as-of", AS_OF, stdin=back.stdout.encode())
    assert again.returncode == 0


def test_a_questionnaire_with_something_wrong_prints_one_line_for_each_cell(filed: Path, tmp_path: Path) -> None:
    out = tmp_path / "form.json"
    run("questionnaire", "export", str(filed), "-o", str(out), "--as-of", AS_OF)
    form = json.loads(out.read_text(encoding="utf-8"))
    for entry in form["questions"][:2]:
        entry["answer"]["value"] = "999999"
    out.write_text(json.dumps(form), encoding="utf-8")
    said = run("questionnaire", "import", str(filed), str(out), "--by", "钱工", "--as-of", AS_OF)
    assert (said.returncode, said.stdout) == (2, "")
    assert [line.split(": ")[1] for line in said.stderr.splitlines()] == [
        "questions.0.answer.value", "questions.1.answer.value"
    ]  # fmt: skip
