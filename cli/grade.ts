import { grade } from '../core/grade.ts';
import { renderHtml } from '../report/html.ts';
import { renderJson } from '../report/json.ts';
import { renderMarkdown } from '../report/markdown.ts';
import { renderTerminal } from '../report/terminal.ts';
import { drillNamed } from './drill-named.ts';
import { exitCode } from './exit.ts';
import { readRecord } from './files.ts';
import { type Output, print } from './output.ts';

export type Format = 'text' | 'html' | 'md' | 'json';

/** `drill grade RECORD`: grades a record offline; its exit code is the verdict's. */
export async function gradeFile(path: string, out: Output): Promise<number> {
  const record = await readRecord(path);
  const report = grade(drillNamed(record.drill), record);
  await print(out.json ? renderJson(report) : renderTerminal(report, record, out));
  return exitCode(report);
}

/** `drill report RECORD --format F`: renders a record; exit code 0 whatever the verdict, since nothing was asked of it. */
export async function reportFile(path: string, format: Format, out: Output): Promise<number> {
  const record = await readRecord(path);
  const report = grade(drillNamed(record.drill), record);
  const render: { [F in Format]: () => string } = {
    text: () => renderTerminal(report, record, out),
    html: () => renderHtml(report, record),
    md: () => renderMarkdown(report),
    json: () => renderJson(report),
  };
  await print(render[format]());
  return 0;
}
